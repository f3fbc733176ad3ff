"""What may be charged, and what was: billables, invoices and credit memos."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, Upper

from billing.invoicing.permissions import VIEW_INVOICE
from erp.kernel.access import ScopedQuerySet
from erp.kernel.fields import MasterKey
from inventory.stock.models import Money, Quantity

# By the condition of the index, and by one that has statistics: bills cover a whole delivery or nothing of it.
UNBILLED = Q(billed=0, billed__lt=F("quantity"), withdrawn_at=None)


class Billable(models.Model):
    """A quantity that may be charged once, written with the event that earned it (design.md 8)."""

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}
    READ: ClassVar = (VIEW_INVOICE,)

    class Kind(models.TextChoices):
        SHIPMENT = "shipment", "Shipped goods"
        SERVICE = "service", "Service"
        KIT = "kit", "Kits whose components have shipped"

    company = MasterKey("masterdata.Company", related_name="+")
    site = MasterKey("masterdata.Site", related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    source_id = (
        models.BigIntegerField()
    )  # shipment line, of a kit's first component; for a service the order line
    shipment = models.ForeignKey(
        "inventory.Shipment", models.PROTECT, related_name="billables", db_index=False
    )
    order = models.ForeignKey("orders.SalesOrder", models.PROTECT, related_name="billables")
    order_line = models.ForeignKey(
        "orders.OrderLine", models.PROTECT, related_name="billables", db_index=False
    )
    quantity = Quantity()  # in the stock unit
    billed = Quantity(default=0, db_default=0)
    credited = Quantity(default=0, db_default=0)  # of billed
    cost = Money(default=0)  # what the goods were worth when they left
    earned_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)  # the shipment was reversed before it was billed

    objects = ScopedQuerySet["Billable"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "source_id"], name="billable_once"),
            models.UniqueConstraint(fields=["order_line", "id"], name="billable_of_order_line"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, billed__gte=0, billed__lte=F("quantity")), name="billable_bounded"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(billed=0), name="billable_withdrawn_unbilled"
            ),
            models.CheckConstraint(
                condition=Q(credited__gte=0, credited__lte=F("billed")), name="billable_credited"
            ),
        ]
        indexes = [
            models.Index(fields=["shipment"], name="billable_shipment"),
            models.Index(
                fields=["company", "earned_at"],
                name="billable_open",
                condition=Q(billed__lt=F("quantity"), withdrawn_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.order_line_id}"


class Invoice(models.Model):
    """An issued invoice or credit memo: numbered in its series, never changed, corrected by another document.

    Amounts are in `currency`; a credit memo's are positive and its kind says which way they count.
    """

    append_only: ClassVar = True
    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}
    READ: ClassVar = (VIEW_INVOICE,)

    class Kind(models.TextChoices):
        INVOICE = "invoice", "Invoice"
        CREDIT_MEMO = "credit_memo", "Credit memo"

    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.INVOICE)
    company = MasterKey("masterdata.Company", related_name="invoices")
    site = MasterKey("masterdata.Site", related_name="+")
    series = models.CharField(max_length=20)
    sequence = models.PositiveBigIntegerField()  # place in the series, gap-free
    number = models.CharField(max_length=30, unique=True)
    issued_on = models.DateField()
    due_on = models.DateField()
    customer = MasterKey("masterdata.Customer", related_name="+")  # sold to
    bill_to = MasterKey("masterdata.Customer", related_name="invoices")
    order = models.ForeignKey("orders.SalesOrder", models.PROTECT, related_name="invoices")
    shipment = models.ForeignKey("inventory.Shipment", models.PROTECT, related_name="invoices")
    credits = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="credit_memos", db_index=False
    )
    reason = models.CharField(max_length=200, blank=True, db_default="")
    customer_po = models.CharField(max_length=60, blank=True)
    currency = models.CharField(max_length=3)
    line_count = models.PositiveIntegerField()
    net = Money()
    tax = Money()
    gross = Money()
    earned_at = models.DateTimeField()  # the event that triggered it
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    posted_by = models.CharField(max_length=80)

    objects = ScopedQuerySet["Invoice"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "series", "sequence"], name="invoice_sequence_unique"),
            models.CheckConstraint(condition=Q(gross=F("net") + F("tax")), name="invoice_gross"),
            models.CheckConstraint(
                condition=Q(kind="invoice", credits=None)
                | Q(kind="credit_memo", credits__isnull=False) & ~Q(reason=""),
                name="invoice_credit_has_source",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "-issued_on", "-id"], name="invoice_newest"),
            models.Index(fields=["bill_to", "-issued_on", "-id"], name="invoice_of_payer"),
            models.Index(Upper("customer_po"), name="invoice_po"),
            models.Index(fields=["credits"], name="invoice_credits", condition=Q(credits__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number


class InvoiceLine(models.Model):
    """One charged (or credited) quantity of one billable."""

    append_only: ClassVar = True

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="lines", db_index=False)
    line = models.PositiveIntegerField()
    # One key of the schema for both, so that they agree: the billable of that order line (migration 0011).
    billable = models.ForeignKey(
        Billable, models.PROTECT, related_name="invoice_lines", db_index=False, db_constraint=False
    )
    order_line = models.ForeignKey(
        "orders.OrderLine", models.PROTECT, related_name="invoice_lines", db_constraint=False
    )
    credits = models.ForeignKey("self", models.PROTECT, null=True, related_name="credited_by", db_index=False)
    item = MasterKey("masterdata.Item", related_name="+")
    description = models.CharField(max_length=200)
    quantity = Quantity()  # in the order line's unit
    unit = MasterKey("masterdata.Unit", related_name="+")
    stock_quantity = Quantity()
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)
    net = Money()
    fee = Money(
        default=0, db_default=0
    )  # restocking fee kept back of a credit: net is what was left after it
    cost = Money()
    tax_code = MasterKey("masterdata.TaxCode", null=True, related_name="+")
    tax_rate_percent = models.DecimalField(max_digits=7, decimal_places=4)

    class Meta:
        ordering = ["invoice", "line"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "line"], name="invoice_line_unique"),
            models.UniqueConstraint(
                fields=["billable"], condition=Q(credits=None), name="invoice_line_once_per_billable"
            ),
            models.UniqueConstraint(
                fields=["invoice", "credits"],
                condition=Q(credits__isnull=False),
                name="invoice_line_credited_once_per_memo",
            ),
            models.CheckConstraint(condition=Q(fee__gte=0), name="invoice_line_fee"),
        ]
        indexes = [
            models.Index(fields=["credits"], name="invoice_line_credits", condition=Q(credits__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}/{self.line}"


class ReturnCredit(models.Model):
    """What one disposition of returned goods was credited: once, by this memo line; of a kit that was charged with
    several deliveries by one of each.

    Without a memo line the delivery had been credited in full before the goods were inspected.
    """

    append_only: ClassVar = True

    disposition = models.ForeignKey(
        "orders.ReturnDisposition", models.PROTECT, related_name="credits", db_index=False
    )
    memo_line = models.ForeignKey(InvoiceLine, models.PROTECT, null=True, related_name="return_credits")
    quantity = Quantity()  # in the stock unit of what was charged: kits for a component
    net = Money()  # after the fee
    fee = Money()
    credited_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(memo_line=None, quantity=0, net=0, fee=0)
                | Q(memo_line__isnull=False, quantity__gt=0, fee__gte=0),
                name="return_credit_has_memo",
            ),
            models.UniqueConstraint(
                fields=["disposition", "memo_line"], name="return_credit_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.net} for {self.disposition_id}"


class InvoiceTax(models.Model):
    """Tax of one document at one rate: rounded once (EN 16931, BR-CO-17)."""

    append_only: ClassVar = True

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="taxes")
    tax_code = MasterKey("masterdata.TaxCode", null=True, related_name="+")
    rate_percent = models.DecimalField(max_digits=7, decimal_places=4)
    base = Money()
    tax = Money()

    class Meta:
        verbose_name_plural = "invoice taxes"

    def __str__(self) -> str:
        return f"{self.rate_percent} % of {self.base}"


class InvoiceDocument(models.Model):
    """The PDF as issued, with the hash that proves it was never changed."""

    append_only: ClassVar = True

    invoice = models.OneToOneField(Invoice, models.PROTECT, related_name="document")
    path = models.CharField(max_length=200)  # below MEDIA_ROOT
    sha256 = models.CharField(max_length=64)
    rendered_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.path
