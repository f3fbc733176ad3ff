"""Receivables: what customers owe, what they paid, and which paid which."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from billing.receivables.permissions import VIEW_RECEIVABLE
from erp.kernel.access import ScopedQuerySet
from erp.kernel.fields import MasterKey
from inventory.stock.models import Money


class Deduction(models.TextChoices):
    """What a customer holds against an invoice and therefore does not pay."""

    PRICE = "price", "Price"
    SHORTAGE = "shortage", "Short delivery"
    DAMAGE = "damage", "Damaged goods"
    RETURN = "return", "Goods returned"
    PROMOTION = "promotion", "Promotion or rebate"
    FREIGHT = "freight", "Freight"
    TAX = "tax", "Tax"
    LATE = "late", "Late delivery"
    DUPLICATE = "duplicate", "Billed twice"
    UNKNOWN = "unknown", "Not said"


class OpenItem(models.Model):
    """One invoice (positive) or credit memo (negative) in the customer's account, and what of it is still open."""

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_RECEIVABLE,)

    company = MasterKey("masterdata.Company", related_name="+")
    customer = MasterKey("masterdata.Customer", related_name="open_items")  # payer
    invoice = models.OneToOneField("billing.Invoice", models.PROTECT, related_name="open_item")
    currency = models.CharField(max_length=3)
    amount = Money()
    open = Money()
    disputed = Money(default=0, db_default=0)  # of `open`: what open disputes carve out (ADR 28)
    due_on = models.DateField()

    objects = ScopedQuerySet["OpenItem"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0, open__gte=0, open__lte=F("amount"))
                | Q(amount__lt=0, open__lte=0, open__gte=F("amount")),
                name="open_item_bounded",
            ),
            models.CheckConstraint(
                condition=Q(disputed=0) | Q(disputed__gt=0, disputed__lte=F("open")),
                name="open_item_disputed",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "due_on"], name="open_item_due", condition=~Q(open=0)),
        ]

    def __str__(self) -> str:
        return f"{self.open} of {self.amount}"


class CashReceipt(models.Model):
    """Money received from a payer; what is not applied to items stays on it."""

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_RECEIVABLE,)

    number = models.CharField(max_length=20, unique=True)
    company = models.ForeignKey("masterdata.Company", models.PROTECT, related_name="+")
    customer = models.ForeignKey("masterdata.Customer", models.PROTECT, related_name="cash_receipts")
    currency = models.CharField(max_length=3)
    amount = Money()
    unapplied = Money()
    received_on = models.DateField()
    reference = models.CharField(max_length=80, blank=True)
    # Where the money lies in the books; null: the account that serves the purpose "bank".
    account = models.ForeignKey(
        "billing.Account", models.PROTECT, null=True, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField(db_default=Now())
    received_by = models.CharField(max_length=80)
    reversed_at = models.DateTimeField(
        null=True
    )  # taken back as a whole: the money did not come, or not from them
    reversed_by = models.CharField(max_length=80, blank=True, db_default="")
    reversal_reason = models.CharField(max_length=200, blank=True, db_default="")

    objects = ScopedQuerySet["CashReceipt"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, unapplied__gte=0, unapplied__lte=F("amount")), name="cash_bounded"
            ),
            models.CheckConstraint(
                condition=Q(reversed_at=None, reversal_reason="")
                | Q(reversed_at__isnull=False, unapplied=0) & ~Q(reversal_reason=""),
                name="cash_reversed_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["customer"], name="cash_unapplied", condition=Q(unapplied__gt=0)),
            models.Index(fields=["company", "-received_on", "-id"], name="cash_newest"),
        ]

    def __str__(self) -> str:
        return self.number


class CashApplication(models.Model):
    """A part of a receipt, or of a credit memo, that settles a part of an item. Taken back by a row that reverses it.

    `amount` has the sign of the item: positive pays an invoice, negative uses up a credit memo. A row with a `reason`
    moves no money of its receipt: it is what was paid short (positive) or over (negative) of the item, and coded. What
    is written off has neither receipt nor memo.
    """

    class Reason(models.TextChoices):
        DISCOUNT = "discount", "Cash discount"
        CHARGES = "charges", "Bank charges deducted"
        SHORT = "short", "Paid short, written off"
        OVER = "over", "Paid over, kept"
        WRITE_OFF = "write_off", "Written off"

        @classmethod
        def of_payments(cls) -> list[tuple[str, str]]:
            """The reasons that stand beside money, for a choice."""
            return [(one.value, one.label) for one in cls if one != cls.WRITE_OFF]

    receipt = models.ForeignKey(CashReceipt, models.PROTECT, null=True, related_name="applications")
    credit = models.ForeignKey(
        OpenItem, models.PROTECT, null=True, related_name="settlements"
    )  # the memo's item
    item = models.ForeignKey(OpenItem, models.PROTECT, related_name="applications")
    amount = Money()
    reason = models.CharField(max_length=10, choices=Reason.choices, blank=True, db_default="")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    applied_at = models.DateTimeField()
    applied_by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="cash_application_not_zero"),
            models.CheckConstraint(
                condition=Q(receipt=None, credit__isnull=False)
                | Q(receipt__isnull=False, credit=None)
                | Q(receipt=None, credit=None, reason="write_off"),
                name="cash_application_one_source",
            ),
            models.CheckConstraint(
                condition=Q(reason="")
                | Q(receipt__isnull=False) & ~Q(reason="write_off")
                | Q(receipt=None, credit=None, reason="write_off"),
                name="cash_application_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} of {self.receipt_id or self.credit_id}"
