"""Disputes: what a customer holds back of an open item, and what came of it (BI05, BI06, ADR 28)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from billing.disputes.permissions import VIEW_DISPUTE
from billing.receivables.models import Deduction
from erp.kernel.access import ScopedQuerySet
from erp.kernel.fields import MasterKey
from inventory.stock.models import Money


class Dispute(models.Model):
    """An amount of one open item that the customer does not accept, with an owner and a clock.

    It changes nothing of what is owed: money, a credit memo or a write-off does. `open` is what is still disputed, in
    the item's currency; the item's `disputed` is the sum of it over its disputes.
    """

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_DISPUTE,)

    number = models.CharField(max_length=20, unique=True)
    company = MasterKey("masterdata.Company", related_name="+")
    customer = MasterKey("masterdata.Customer", related_name="disputes")  # payer
    item = models.ForeignKey("billing.OpenItem", models.PROTECT, related_name="disputes")
    kind = models.CharField(max_length=10, choices=Deduction.choices)
    claim = models.CharField(max_length=60, blank=True, db_default="")  # the customer's own reference
    note = models.CharField(max_length=300, blank=True, db_default="")
    currency = models.CharField(max_length=3)
    amount = Money()
    open = Money()
    # The payment that it was deducted of; null: somebody opened it.
    receipt = models.ForeignKey("billing.CashReceipt", models.PROTECT, null=True, related_name="disputes")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=80)
    due_on = models.DateField()
    closed_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = ScopedQuerySet["Dispute"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, open__gte=0, open__lte=F("amount")), name="dispute_bounded"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, open__gt=0) | Q(closed_at__isnull=False, open=0),
                name="dispute_closed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "due_on", "id"], name="dispute_open", condition=Q(closed_at=None)
            ),
            models.Index(fields=["company", "-opened_at", "-id"], name="dispute_newest"),
            models.Index(fields=["customer"], name="dispute_customer", condition=Q(closed_at=None)),
        ]

    def __str__(self) -> str:
        return self.number


class DisputeOutcome(models.Model):
    """What a part of a dispute came to. A write-off beyond its proposer's limit waits for another person."""

    class Kind(models.TextChoices):
        RECOVERED = "recovered", "To be paid"  # the customer's reason does not hold
        WITHDRAWN = "withdrawn", "Withdrawn"
        PAID = "paid", "Paid"
        CREDITED = "credited", "Credited"
        WRITTEN_OFF = "written", "Written off"

    class State(models.TextChoices):
        WAITING = "waiting", "To approve"
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"
        TAKEN_BACK = "taken_back", "Taken back"

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="outcomes")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices)
    amount = Money()
    note = models.CharField(max_length=200, blank=True, db_default="")
    proposed_by = models.CharField(max_length=80)
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(
        max_length=80, blank=True, db_default=""
    )  # blank: on the proposer's own word
    decided_at = models.DateTimeField(null=True)
    decision_note = models.CharField(max_length=200, blank=True, db_default="")
    reversed_at = models.DateTimeField(null=True)  # the write-off was taken back
    reversed_by = models.CharField(max_length=80, blank=True, db_default="")
    reversal_reason = models.CharField(max_length=200, blank=True, db_default="")
    application = models.OneToOneField(
        "billing.CashApplication", models.PROTECT, null=True, related_name="dispute_outcome"
    )
    memo = models.ForeignKey("billing.Invoice", models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="dispute_outcome_amount"),
            models.CheckConstraint(
                condition=Q(kind="written", state__in=("done", "taken_back"), application__isnull=False)
                | Q(kind="written", state__in=("waiting", "refused"), application=None)
                | ~Q(kind="written") & Q(state="done", application=None),
                name="dispute_outcome_written_off",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "refused")) | ~Q(decided_by=F("proposed_by")),
                name="dispute_outcome_four_eyes",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(decided_by="") & ~Q(decision_note=""),
                name="dispute_outcome_refused",
            ),
            models.CheckConstraint(
                condition=Q(reversed_at=None) & ~Q(state="taken_back")
                | Q(reversed_at__isnull=False, state="taken_back") & ~Q(reversal_reason=""),
                name="dispute_outcome_taken_back",
            ),
            models.CheckConstraint(condition=Q(memo=None) | Q(kind="credited"), name="dispute_outcome_memo"),
            models.UniqueConstraint(
                fields=["dispute"], condition=Q(state="waiting"), name="dispute_outcome_waits_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.amount}"
