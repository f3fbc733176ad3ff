"""The closing of a month as a document: tasks with owner, day and evidence, and checks with their figures."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from billing.ledger.permissions import VIEW_LEDGER
from erp.kernel.access import ScopedQuerySet
from inventory.stock.models import Money


class PeriodClose(models.Model):
    """The closing of one accounting period. Whether it is over is the period's own `closed_at`."""

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_LEDGER,)

    company = models.ForeignKey("masterdata.Company", models.PROTECT, related_name="+")
    period = models.OneToOneField("masterdata.AccountingPeriod", models.PROTECT, related_name="close")
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=80)
    checked_at = models.DateTimeField()

    objects = ScopedQuerySet["PeriodClose"].as_manager()

    class Meta:
        verbose_name = "period close"

    def __str__(self) -> str:
        return f"{self.company.code} {self.period}"


class CloseTask(models.Model):
    """One thing to be done or to hold before a period closes.

    A check names its rule by `check_key` and keeps what it found: documents that are open, and where it ties a control
    account, the books' figure beside that of the documents. Without a key it is a person's task, done when they say so.
    A blocking task that is not green keeps the period open, unless a second person has waived it: a check's waiver is
    of the figures it was asked for, and lapses when they change.
    """

    SCOPE: ClassVar = {"company": "close__company_id"}
    READ: ClassVar = (VIEW_LEDGER,)

    close = models.ForeignKey(PeriodClose, models.PROTECT, related_name="tasks")
    check_key = models.CharField(max_length=20, blank=True)
    title = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField()
    is_blocking = models.BooleanField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    due_on = models.DateField()
    # What a check found.
    found = models.PositiveIntegerField(default=0)
    books = Money(null=True)
    documents = Money(null=True)
    # What a person has said.
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=200, blank=True)
    waiver_reason = models.CharField(max_length=200, blank=True)
    waiver_asked_by = models.CharField(max_length=80, blank=True)
    waived_by = models.CharField(max_length=80, blank=True)
    waived_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = ScopedQuerySet["CloseTask"].as_manager()

    class Meta:
        verbose_name = "close task"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["close", "check_key"], condition=~Q(check_key=""), name="close_task_check_once"
            ),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by="")
                | (Q(done_at__isnull=False, check_key="") & ~Q(done_by="")),
                name="close_task_done_by_person",
            ),
            models.CheckConstraint(
                condition=Q(waiver_reason="", waiver_asked_by="")
                | (~Q(waiver_reason="") & ~Q(waiver_asked_by="")),
                name="close_task_waiver_asked",
            ),
            models.CheckConstraint(
                condition=Q(waived_by="", waived_at=None)
                | (
                    ~Q(waived_by="")
                    & Q(waived_at__isnull=False)
                    & ~Q(waiver_reason="")
                    & ~Q(waived_by=F("waiver_asked_by"))
                ),
                name="close_task_waived_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_check(self) -> bool:
        return bool(self.check_key)

    @property
    def difference(self) -> Decimal | None:
        """Books less documents, of a check that ties an account."""
        return None if self.books is None or self.documents is None else self.books - self.documents


class YearClose(models.Model):
    """The end of a fiscal year: one journal carried its result forward, and its last period was closed with it.

    It stands until it is reversed, which is possible until the next year is closed.
    """

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_LEDGER,)

    company = models.ForeignKey("masterdata.Company", models.PROTECT, related_name="+")
    period = models.ForeignKey(
        "masterdata.AccountingPeriod", models.PROTECT, related_name="+"
    )  # the year's last
    result = Money()  # what income and expenses had come to; a profit is positive
    closed_at = models.DateTimeField()
    closed_by = models.CharField(max_length=80)
    reversed_at = models.DateTimeField(null=True)
    reversed_by = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    objects = ScopedQuerySet["YearClose"].as_manager()

    class Meta:
        verbose_name = "year close"
        constraints = [
            models.UniqueConstraint(fields=["period"], condition=Q(reversed_at=None), name="year_close_once"),
            models.CheckConstraint(
                condition=Q(reversed_at=None, reversed_by="", reason="")
                | (Q(reversed_at__isnull=False) & ~Q(reversed_by="") & ~Q(reason="")),
                name="year_close_reversed_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company.code} {self.period.ends_on}"


class LedgerSeal(models.Model):
    """The fingerprint of what one ledger recorded on one day, chained to the day before (IV02). Append-only.

    `digest` is that of the day's rows, `hash` that of the chain up to here: previous hash, day, rows and digest. The
    schema says the hash and proofs recompute the digests, so that a row that was changed, lost or slipped in later,
    by whomever, is found by its day.
    """

    append_only: ClassVar = True

    class Ledger(models.TextChoices):
        JOURNAL = "journal", "Journal"
        STOCK = "stock", "Stock ledger"

    ledger = models.CharField(max_length=8, choices=Ledger.choices)
    day = models.DateField()  # on which the rows were recorded, in UTC
    rows = models.BigIntegerField()
    digest = models.CharField(max_length=64)  # SHA-256, as are the others
    previous = models.CharField(max_length=64)  # the hash of the day before; zeros for the first
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        verbose_name = "ledger seal"
        constraints = [
            models.UniqueConstraint(fields=["ledger", "day"], name="ledger_seal_day"),
            models.CheckConstraint(condition=Q(rows__gte=0), name="ledger_seal_rows"),
        ]

    def __str__(self) -> str:
        return f"{self.get_ledger_display()} {self.day}"
