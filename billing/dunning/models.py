"""Dunning: levels as data, letters as they were written, and who is left alone until when (AR04)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from billing.dunning.permissions import VIEW_DUNNING
from erp.kernel.access import ScopedQuerySet
from erp.kernel.fields import MasterKey
from inventory.stock.models import Money


class DunningLevel(models.Model):
    """How a company reminds of what is so many days overdue. Levels are reached one after the other."""

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_DUNNING,)

    company = models.ForeignKey("masterdata.Company", models.PROTECT, related_name="dunning_levels")
    level = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)
    days = models.PositiveSmallIntegerField()  # after the due date
    fee = Money(default=0)  # asked for in the letter; it is no open item
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["DunningLevel"].as_manager()

    class Meta:
        ordering = ["company", "level"]
        constraints = [
            models.UniqueConstraint(fields=["company", "level"], name="dunning_level_unique"),
            models.UniqueConstraint(fields=["company", "days"], name="dunning_level_days"),
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=9, days__gte=1, fee__gte=0), name="dunning_level_bounded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.name}"


class DunningText(models.Model):
    """A level's letter in one language, with placeholders (`rules.PLACEHOLDERS`)."""

    SCOPE: ClassVar = {"company": "level__company_id"}
    READ: ClassVar = (VIEW_DUNNING,)

    level = models.ForeignKey(DunningLevel, models.PROTECT, related_name="texts")
    language = models.CharField(max_length=8)
    subject = models.CharField(max_length=120)
    body = models.TextField()
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["DunningText"].as_manager()

    class Meta:
        ordering = ["level", "language"]
        constraints = [
            models.UniqueConstraint(fields=["level", "language"], name="dunning_text_unique"),
            models.CheckConstraint(condition=~Q(subject="") & ~Q(body=""), name="dunning_text_says"),
        ]

    def __str__(self) -> str:
        return f"{self.level_id} {self.language}"


class DunningStop(models.Model):
    """A payer, or one invoice of theirs, is left alone until a day, for a reason."""

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_DUNNING,)

    company = MasterKey("masterdata.Company", related_name="+")
    customer = MasterKey("masterdata.Customer", related_name="dunning_stops")
    item = models.ForeignKey("billing.OpenItem", models.PROTECT, null=True, related_name="dunning_stops")
    reason = models.CharField(max_length=200)
    until = models.DateField()  # the last day without a letter
    stopped_by = models.CharField(max_length=80)
    stopped_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True, db_default="")

    objects = ScopedQuerySet["DunningStop"].as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="dunning_stop_why")]
        indexes = [
            models.Index(fields=["customer", "until"], name="dunning_stop_of", condition=Q(ended_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} until {self.until}"


class DunningLetter(models.Model):
    """A letter as it was written. Its PDF is made of these rows alone, whenever it is printed."""

    append_only: ClassVar = True
    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_DUNNING,)

    number = models.CharField(max_length=20, unique=True)
    company = MasterKey("masterdata.Company", related_name="+")
    customer = MasterKey("masterdata.Customer", related_name="dunning_letters")
    level = models.PositiveSmallIntegerField()  # the highest of its items
    language = models.CharField(max_length=8)
    currency = models.CharField(max_length=3)
    total = Money()  # what of its items is overdue and not disputed
    fee = Money()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    recipient = models.EmailField(blank=True)  # blank: it goes by post
    written_on = models.DateField()  # of the company
    pay_by = models.DateField()
    written_by = models.CharField(max_length=80)
    written_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    objects = ScopedQuerySet["DunningLetter"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(total__gt=0, fee__gte=0, pay_by__gt=F("written_on")),
                name="dunning_letter_bounded",
            )
        ]
        indexes = [
            models.Index(fields=["company", "-written_on", "-id"], name="dunning_letter_newest"),
            models.Index(fields=["customer", "-id"], name="dunning_letter_of"),
        ]

    def __str__(self) -> str:
        return self.number


class DunningLetterItem(models.Model):
    """One open item in a letter, and the level that it reached with it: each level once."""

    append_only: ClassVar = True

    letter = models.ForeignKey(DunningLetter, models.PROTECT, related_name="items")
    item = models.ForeignKey("billing.OpenItem", models.PROTECT, related_name="dunned", db_index=False)
    level = models.PositiveSmallIntegerField()
    amount = Money()  # overdue and not disputed
    disputed = Money()
    days = models.PositiveIntegerField()  # overdue

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "level"], name="dunning_level_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, disputed__gte=0), name="dunning_letter_item_amounts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} level {self.level}"
