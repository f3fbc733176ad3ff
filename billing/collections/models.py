"""Collecting what is overdue: who is on it, what was said, and what payers promised (AR01)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from billing.collections.permissions import VIEW_COLLECTION
from erp.kernel.access import ScopedQuerySet
from erp.kernel.fields import MasterKey
from inventory.stock.models import Money


class CollectionAccount(models.Model):
    """A payer as collectors see them: who is on it, and when to look again. Written when somebody first works it."""

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_COLLECTION,)

    company = MasterKey("masterdata.Company", related_name="+")
    customer = models.OneToOneField("masterdata.Customer", models.PROTECT, related_name="collection")
    collector = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    follow_up_on = models.DateField(null=True)  # null: now
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = ScopedQuerySet["CollectionAccount"].as_manager()

    def __str__(self) -> str:
        return f"Collection of {self.customer_id}"


class CollectionNote(models.Model):
    """What was said to a payer or by them. Kept as it was written."""

    append_only: ClassVar = True
    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_COLLECTION,)

    class Kind(models.TextChoices):
        CALL = "call", "Call"
        EMAIL = "email", "E-mail"
        LETTER = "letter", "Letter"
        MEETING = "meeting", "Meeting"
        OTHER = "other", "Note"

    company = MasterKey("masterdata.Company", related_name="+")
    customer = MasterKey("masterdata.Customer", related_name="collection_notes")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    text = models.CharField(max_length=500)
    follow_up_on = models.DateField(null=True)
    written_by = models.CharField(max_length=80)
    written_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    objects = ScopedQuerySet["CollectionNote"].as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="collection_note_says")]
        indexes = [models.Index(fields=["customer", "-id"], name="collection_note_of")]

    def __str__(self) -> str:
        return self.text


class PaymentPromise(models.Model):
    """An amount that a payer promised to pay until a day. Kept or broken by what was received, never by hand.

    It counts money that was recorded while it stood, and received from the day it was made until its own day. One
    stands at a time: the next one ends it, so that no money counts for two.
    """

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_COLLECTION,)

    company = MasterKey("masterdata.Company", related_name="+")
    customer = MasterKey("masterdata.Customer", related_name="payment_promises")
    currency = models.CharField(max_length=3)
    amount = Money()
    made_on = models.DateField()  # of the company
    promised_on = models.DateField()
    note = models.CharField(max_length=200, blank=True, db_default="")
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)  # another one took its place, or it was withdrawn
    ended_by = models.CharField(max_length=80, blank=True, db_default="")
    end_reason = models.CharField(max_length=200, blank=True, db_default="")

    objects = ScopedQuerySet["PaymentPromise"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, promised_on__gte=F("made_on")), name="payment_promise_bounded"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, end_reason="") | Q(ended_at__gte=F("made_at")) & ~Q(end_reason=""),
                name="payment_promise_ended_why",
            ),
            models.UniqueConstraint(
                fields=["customer"], condition=Q(ended_at=None), name="payment_promise_one_stands"
            ),
        ]
        indexes = [models.Index(fields=["customer", "-id"], name="payment_promise_of")]

    def __str__(self) -> str:
        return f"{self.amount} until {self.promised_on}"
