"""Payables: what was received and not invoiced, what suppliers charge, and what is owed to them.

Amounts are in the company's currency. A credit note's are above zero, too; what they change has the sign.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from billing.payables.permissions import VIEW_PAYABLE
from erp.kernel.access import ScopedQuerySet
from erp.kernel.fields import MasterKey
from inventory.stock.models import Money, Quantity


class SupplierInvoice(models.Model):
    """An invoice or credit note as its supplier wrote it, under a number of our own.

    It waits while the match finds something, and is posted when nothing is left. What was posted never changes.
    """

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_PAYABLE,)

    class Kind(models.TextChoices):
        INVOICE = "invoice", "Invoice"
        CREDIT_NOTE = "credit_note", "Credit note"

    class State(models.TextChoices):
        WAITING = "waiting", "To work"
        POSTED = "posted", "Posted"
        REFUSED = "refused", "Refused"
        REVERSED = "reversed", "Reversed"

    class Source(models.TextChoices):
        TYPED = "typed", "Typed"
        API = "api", "Program"
        FILE = "file", "File"
        EINVOICE = "einvoice", "E-invoice"

    number = models.CharField(max_length=20, unique=True)
    company = MasterKey("masterdata.Company", related_name="+")
    supplier = models.ForeignKey("masterdata.Supplier", models.PROTECT, related_name="invoices")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    reference = models.CharField(max_length=60)  # the supplier's number
    reference_key = models.CharField(max_length=60)  # `rules.reference_key`
    issued_on = models.DateField()
    due_on = models.DateField()
    currency = models.CharField(max_length=3)
    net = Money()
    tax = Money()
    gross = Money()
    source = models.CharField(max_length=10, choices=Source.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    captured_at = models.DateTimeField()
    captured_by = models.CharField(max_length=80)
    posted_at = models.DateTimeField(null=True)
    posted_by = models.CharField(max_length=80, blank=True, db_default="")
    refused_at = models.DateTimeField(null=True)
    refused_by = models.CharField(max_length=80, blank=True, db_default="")
    refusal = models.CharField(max_length=200, blank=True, db_default="")
    recorded_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = ScopedQuerySet["SupplierInvoice"].as_manager()

    class Meta:
        verbose_name = "supplier invoice"
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "kind", "reference_key"],
                condition=Q(state="posted"),
                name="supplier_invoice_posted_once",
            ),
            models.CheckConstraint(
                condition=Q(net__gte=0, tax__gte=0, gross__gte=0) & ~Q(reference_key=""),
                name="supplier_invoice_figures",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=("posted", "reversed"), posted_at__isnull=False, gross=F("net") + F("tax")
                )
                | Q(state__in=("waiting", "refused"), posted_at=None),
                name="supplier_invoice_posted",
            ),
            models.CheckConstraint(
                condition=Q(state="refused", refused_at__isnull=False) & ~Q(refusal="")
                | ~Q(state="refused") & Q(refused_at=None, refusal=""),
                name="supplier_invoice_refused",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "-id"], name="supplier_invoice_newest"),
            models.Index(
                fields=["company", "id"], name="supplier_invoice_open", condition=Q(state="waiting")
            ),
            models.Index(fields=["supplier", "reference_key"], name="supplier_invoice_reference"),
        ]

    def __str__(self) -> str:
        return self.number


class SupplierInvoiceLine(models.Model):
    """One line: goods of a purchase order line or of a return, freight, or a cost on an account.

    Quantity in the purchase order line's unit. Goods that name no order wait until somebody names one.
    """

    class Kind(models.TextChoices):
        GOODS = "goods", "Goods"
        FREIGHT = "freight", "Freight"
        COST = "cost", "Cost"

    invoice = models.ForeignKey(SupplierInvoice, models.PROTECT, related_name="lines", db_index=False)
    line = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    purchase_line = models.ForeignKey(
        "inventory.PurchaseOrderLine", models.PROTECT, null=True, related_name="supplier_invoice_lines"
    )
    supplier_return = models.ForeignKey(
        "inventory.SupplierReturn", models.PROTECT, null=True, related_name="supplier_invoice_lines"
    )
    account = models.ForeignKey(
        "billing.Account", models.PROTECT, null=True, related_name="+", db_index=False
    )
    description = models.CharField(max_length=200, blank=True)
    quantity = Quantity()
    net = Money()

    class Meta:
        ordering = ["invoice", "line"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "line"], name="supplier_invoice_line_unique"),
            models.CheckConstraint(
                condition=Q(kind="goods", account=None) & (Q(purchase_line=None) | Q(supplier_return=None))
                | Q(kind="freight", account=None, purchase_line=None, supplier_return=None)
                | Q(kind="cost", account__isnull=False, purchase_line=None, supplier_return=None),
                name="supplier_invoice_line_kind",
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="supplier_invoice_line_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}/{self.line}"


class SupplierInvoiceTax(models.Model):
    """The tax of one rate, as the supplier stated it."""

    invoice = models.ForeignKey(SupplierInvoice, models.PROTECT, related_name="taxes", db_index=False)
    rate_percent = models.DecimalField(max_digits=6, decimal_places=3)
    base = Money()
    amount = Money()

    class Meta:
        ordering = ["invoice", "-rate_percent"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "rate_percent"], name="supplier_invoice_tax_once")
        ]

    def __str__(self) -> str:
        return f"{self.amount} at {self.rate_percent} %"


class MatchException(models.Model):
    """One reason why an invoice is not posted, of one of its lines (0: of the whole), with an owner and a clock."""

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_PAYABLE,)

    class Kind(models.TextChoices):
        NOT_ORDERED = "not_ordered", "Not ordered"
        COST = "cost", "Cost without an order"
        NOT_RECEIVED = "not_received", "Not received"
        OVER_BILLED = "over_billed", "More than ordered"
        PRICE = "price", "Price"
        FREIGHT = "freight", "Freight"
        CREDIT = "credit", "Credited short"
        DUPLICATE = "duplicate", "Number used before"
        SUMS = "sums", "Does not add up"
        TAX = "tax", "Tax does not add up"
        CURRENCY = "currency", "Currency"

    # What somebody else than who entered the invoice may accept as it is; everything else is corrected or refused.
    ACCEPTABLE: ClassVar = (Kind.PRICE, Kind.FREIGHT, Kind.CREDIT, Kind.COST)

    class Resolution(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        CLEARED = "cleared", "No longer so"
        REFUSED = "refused", "Invoice refused"

    company = MasterKey("masterdata.Company", related_name="+")
    invoice = models.ForeignKey(SupplierInvoice, models.PROTECT, related_name="exceptions", db_index=False)
    line = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=14, choices=Kind.choices)
    detail = models.CharField(max_length=300)  # one sentence with the figures
    amount = Money()  # what is at stake
    of_version = models.PositiveIntegerField()  # of the invoice that it was found in
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.CharField(max_length=80, blank=True, db_default="")
    resolution = models.CharField(max_length=10, choices=Resolution.choices, blank=True, db_default="")
    reason = models.CharField(max_length=200, blank=True, db_default="")
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = ScopedQuerySet["MatchException"].as_manager()

    class Meta:
        verbose_name = "match exception"
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "line", "kind"],
                condition=Q(resolved_at=None),
                name="match_exception_open_once",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at=None, resolution="")
                | Q(resolved_at__isnull=False) & ~Q(resolution=""),
                name="match_exception_resolution",
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "opened_at", "id"],
                name="match_exception_open",
                condition=Q(resolved_at=None),
            ),
            models.Index(fields=["invoice"], name="match_exception_invoice"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.invoice_id}"


class GoodsAccrual(models.Model):
    """What came of a purchase order line, or went back in a return, and what of it the supplier has invoiced.

    `received` and `billed` in the stock unit (a return is one batch), `value` at the ordered cost: what is owed for it
    until the invoice comes. `cleared` of that was, `invoiced` is what suppliers charged for it less what they credited.
    What goes back has its value below zero. Value less cleared is the account of goods received, not invoiced.
    """

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_PAYABLE,)

    company = MasterKey("masterdata.Company", related_name="+")
    supplier = MasterKey("masterdata.Supplier", related_name="+")
    purchase_line = models.OneToOneField(
        "inventory.PurchaseOrderLine", models.PROTECT, null=True, related_name="accrual"
    )
    supplier_return = models.OneToOneField(
        "inventory.SupplierReturn", models.PROTECT, null=True, related_name="accrual"
    )
    received = Quantity()
    value = Money()
    billed = Quantity(default=0, db_default=0)
    cleared = Money(default=0, db_default=0)
    invoiced = Money(default=0, db_default=0)
    first_at = models.DateTimeField()  # since when something of it is owed
    last_at = models.DateTimeField()

    objects = ScopedQuerySet["GoodsAccrual"].as_manager()

    class Meta:
        verbose_name = "goods accrual"
        constraints = [
            models.CheckConstraint(
                condition=Q(purchase_line__isnull=False, supplier_return=None)
                | Q(purchase_line=None, supplier_return__isnull=False, received=1),
                name="goods_accrual_of_one",
            ),
            models.CheckConstraint(
                condition=Q(billed__gte=0, billed__lte=F("received")), name="goods_accrual_billed"
            ),
            models.CheckConstraint(
                condition=Q(purchase_line=None) | Q(invoiced__gte=0), name="goods_accrual_invoiced"
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "first_at", "id"],
                name="goods_accrual_open",
                condition=~Q(value=F("cleared")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.received} received, {self.billed} billed"


class SupplierInvoiceReversal(models.Model):
    """A posted invoice taken back whole: what it cleared is open again, and nothing is owed for it."""

    append_only: ClassVar = True
    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_PAYABLE,)

    number = models.CharField(max_length=20, unique=True)
    company = MasterKey("masterdata.Company", related_name="+")
    invoice = models.OneToOneField(SupplierInvoice, models.PROTECT, related_name="reversal")
    reason = models.CharField(max_length=200)
    reversed_at = models.DateTimeField()
    reversed_by = models.CharField(max_length=80)

    objects = ScopedQuerySet["SupplierInvoiceReversal"].as_manager()

    class Meta:
        verbose_name = "supplier invoice reversal"
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="supplier_invoice_reversal_why")]

    def __str__(self) -> str:
        return self.number


class GoodsMatch(models.Model):
    """What a posted line invoiced of an accrual, or gave back of it with its reversal.

    Quantity in the stock unit. Net less cleared is the price difference.
    """

    append_only: ClassVar = True

    line = models.ForeignKey(SupplierInvoiceLine, models.PROTECT, related_name="matches", db_index=False)
    accrual = models.ForeignKey(GoodsAccrual, models.PROTECT, related_name="matches")
    reversal = models.ForeignKey(
        SupplierInvoiceReversal, models.PROTECT, null=True, related_name="matches", db_index=False
    )
    quantity = Quantity()
    cleared = Money()
    net = Money()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["line", "reversal"], name="goods_match_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.accrual_id}"


class Payable(models.Model):
    """What is owed to a supplier for one invoice (above zero), or by them for a credit note, and what is still open."""

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_PAYABLE,)

    company = MasterKey("masterdata.Company", related_name="+")
    supplier = MasterKey("masterdata.Supplier", related_name="payables")
    invoice = models.OneToOneField(SupplierInvoice, models.PROTECT, related_name="payable")
    currency = models.CharField(max_length=3)
    amount = Money()
    open = Money()
    due_on = models.DateField()
    discount_on = models.DateField(null=True)  # until when the cash discount may be taken
    discount = Money(default=0, db_default=0)

    objects = ScopedQuerySet["Payable"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0, open__gte=0, open__lte=F("amount"))
                | Q(amount__lt=0, open__lte=0, open__gte=F("amount")),
                name="payable_bounded",
            ),
            models.CheckConstraint(
                condition=Q(discount=0, discount_on=None) | Q(discount__gt=0, discount_on__isnull=False),
                name="payable_discount",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "due_on", "id"], name="payable_due", condition=~Q(open=0)),
            models.Index(fields=["supplier"], name="payable_of_supplier", condition=~Q(open=0)),
        ]

    def __str__(self) -> str:
        return f"{self.open} of {self.amount}"
