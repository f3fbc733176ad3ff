"""Payments: where suppliers are paid, what is proposed to be paid, and what left the bank.

Amounts are in the company's currency. What a credit note takes off has its amount below zero.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from billing.payments.permissions import VIEW_PAYMENT
from erp.kernel.access import ScopedQuerySet
from erp.kernel.fields import MasterKey
from inventory.stock.models import Money


class BankDetails(models.Model):
    """Where a supplier is paid, as one person entered and another confirmed it. The last confirmed one holds."""

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_PAYMENT,)

    class State(models.TextChoices):
        PROPOSED = "proposed", "To confirm"
        CONFIRMED = "confirmed", "Confirmed"
        REFUSED = "refused", "Refused"
        REPLACED = "replaced", "Replaced"

    company = MasterKey("masterdata.Company", related_name="+")
    supplier = models.ForeignKey("masterdata.Supplier", models.PROTECT, related_name="bank_details")
    holder = models.CharField(max_length=70)
    iban = models.CharField(max_length=34)
    bic = models.CharField(max_length=11, blank=True)
    note = models.CharField(max_length=200)  # how it was checked: a letter, a call to a known number
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=80)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True, db_default="")

    objects = ScopedQuerySet["BankDetails"].as_manager()

    class Meta:
        verbose_name = "bank details"
        verbose_name_plural = "bank details"
        constraints = [
            models.UniqueConstraint(
                fields=["supplier"], condition=Q(state="confirmed"), name="bank_details_one_holds"
            ),
            models.UniqueConstraint(
                fields=["supplier"], condition=Q(state="proposed"), name="bank_details_one_waits"
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_at=None, decided_by="")
                | ~Q(state="proposed") & Q(decided_at__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="bank_details_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder} {self.iban}"


class PaymentRun(models.Model):
    """What is to be paid out of one bank account on a day; a second person lets it go."""

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_PAYMENT,)

    class State(models.TextChoices):
        PROPOSED = "proposed", "To approve"
        APPROVED = "approved", "Approved"
        CANCELLED = "cancelled", "Cancelled"

    number = models.CharField(max_length=20, unique=True)
    company = MasterKey("masterdata.Company", related_name="+")
    bank_account = models.ForeignKey("billing.BankAccount", models.PROTECT, related_name="payment_runs")
    currency = models.CharField(max_length=3)
    pay_on = models.DateField()
    due_until = models.DateField()  # what is due until then is in it
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    total = Money()
    left_out = models.JSONField(default=list)  # [[supplier, amount, why], …]: what could not be proposed
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)
    edited_by = models.CharField(max_length=80, blank=True, db_default="")  # who changed it last
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True, db_default="")
    reason = models.CharField(max_length=200, blank=True, db_default="")  # why it was cancelled
    recorded_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = ScopedQuerySet["PaymentRun"].as_manager()

    class Meta:
        verbose_name = "payment run"
        constraints = [
            models.CheckConstraint(
                condition=Q(state="proposed", decided_at=None)
                | Q(state="cancelled", decided_at__isnull=False) & ~Q(reason="")
                | Q(state="approved", decided_at__isnull=False)
                & ~Q(decided_by=F("created_by"))
                & ~Q(decided_by=F("edited_by")),
                name="payment_run_four_eyes",
            ),
            models.CheckConstraint(condition=Q(total__gte=0), name="payment_run_total"),
        ]
        indexes = [models.Index(fields=["company", "-id"], name="payment_run_newest")]

    def __str__(self) -> str:
        return self.number


class PaymentItem(models.Model):
    """A payable in a run: what of it is paid, and the cash discount taken with it. It is in one run at a time."""

    run = models.ForeignKey(PaymentRun, models.PROTECT, related_name="items", db_index=False)
    payable = models.ForeignKey("billing.Payable", models.PROTECT, related_name="payment_items")
    amount = Money()  # paid; below zero: taken off
    discount = Money(default=0, db_default=0)
    why = models.CharField(max_length=200)
    is_live = models.BooleanField(default=True)  # its run waits for approval

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "payable"], name="payment_item_unique"),
            models.UniqueConstraint(
                fields=["payable"], condition=Q(is_live=True), name="payment_item_one_run"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, discount__gte=0) | Q(amount__lt=0, discount=0),
                name="payment_item_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} of {self.payable_id}"


class Payment(models.Model):
    """What one supplier was paid with a run, and where to; the bank details as they held then."""

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_PAYMENT,)

    number = models.CharField(max_length=20, unique=True)
    company = MasterKey("masterdata.Company", related_name="+")
    run = models.ForeignKey(PaymentRun, models.PROTECT, related_name="payments")
    supplier = models.ForeignKey("masterdata.Supplier", models.PROTECT, related_name="payments")
    currency = models.CharField(max_length=3)
    amount = Money()
    holder = models.CharField(max_length=70)
    iban = models.CharField(max_length=34)
    bic = models.CharField(max_length=11, blank=True)
    remittance = models.CharField(max_length=140)
    reversed_at = models.DateTimeField(null=True)  # the bank did not carry it out, or sent it back
    reversed_by = models.CharField(max_length=80, blank=True, db_default="")
    reason = models.CharField(max_length=200, blank=True, db_default="")
    recorded_at = models.DateTimeField(db_default=Now())

    objects = ScopedQuerySet["Payment"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "supplier"], name="payment_one_of_supplier"),
            models.CheckConstraint(
                condition=Q(amount__gt=0)
                & (Q(reversed_at=None, reason="") | Q(reversed_at__isnull=False) & ~Q(reason="")),
                name="payment_sound",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class PaymentFile(models.Model):
    """The file of a run for the bank (pain.001), as it was made; for ever."""

    append_only: ClassVar = True
    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_PAYMENT,)

    company = MasterKey("masterdata.Company", related_name="+")
    run = models.OneToOneField(PaymentRun, models.PROTECT, related_name="file")
    name = models.CharField(max_length=60)
    content = models.TextField()  # sent in UTF-8
    sha256 = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    total = Money()
    made_at = models.DateTimeField()

    objects = ScopedQuerySet["PaymentFile"].as_manager()

    class Meta:
        verbose_name = "payment file"

    def __str__(self) -> str:
        return self.name
