"""Orders: what the customer said. What happens to it lives in inventory (design.md 3)."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, Upper

from erp.kernel.access import ScopedQuerySet
from erp.kernel.fields import MasterKey
from inventory.stock.models import Money, Quantity
from masterdata.items.models import Substitute
from masterdata.parties.models import Customer
from orders.entry.permissions import VIEW_ORDER


class OrderDraft(models.Model):
    """An order being written: nothing but text and choices, no effect on anything until it is submitted."""

    SCOPE: ClassVar = {"company": "company_id"}

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)  # also the key under which it is submitted
    company = models.ForeignKey("masterdata.Company", models.CASCADE, related_name="+")
    customer = models.ForeignKey("masterdata.Customer", models.CASCADE, null=True, related_name="drafts")
    ship_to = models.ForeignKey("masterdata.ShipTo", models.SET_NULL, null=True, related_name="+")
    site = models.ForeignKey(
        "masterdata.Site", models.SET_NULL, null=True, related_name="+"
    )  # null: by the rule
    customer_po = models.CharField(max_length=60, blank=True)
    job = models.CharField(max_length=30, blank=True, db_default="")
    requested_on = models.DateField(null=True)
    rush = models.CharField(max_length=12, blank=True, db_default="")
    coupon = models.CharField(max_length=30, blank=True, default="", db_default="")
    note = models.TextField(blank=True)
    lines = models.JSONField(default=list)  # [{line, item_id, raw, quantity, unit, price, price_reason}]
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="drafts")
    created_at = models.DateTimeField(db_default=Now())
    saved_at = models.DateTimeField(db_default=Now())
    saved_by = models.CharField(max_length=120, blank=True, db_default="")  # the last to change it
    discarded_at = models.DateTimeField(null=True)
    order = models.OneToOneField(
        "orders.SalesOrder", models.PROTECT, null=True, related_name="draft"
    )  # what it became
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["OrderDraft"].as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["created_by", "-saved_at"],
                name="draft_of_user",
                condition=Q(order=None, discarded_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"Draft {self.pk}"


class SalesOrder(models.Model):
    """A submitted order. Totals are stamped at submit; where it stands is derived from its demands."""

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}
    READ: ClassVar = (VIEW_ORDER,)

    class State(models.TextChoices):
        SUBMITTED = "submitted", "Submitted"
        CANCELLED = "cancelled", "Cancelled"

    class Channel(models.TextChoices):
        DESK = "desk", "Desk"
        API = "api", "API"
        CSV = "csv", "File"
        EDI = "edi", "EDI"
        MAIL = "mail", "E-mail"
        CONVERSION = "conversion", "Conversion"

    number = models.CharField(max_length=20)
    company = MasterKey("masterdata.Company", related_name="+")
    site = MasterKey("masterdata.Site", related_name="+")  # ships from
    customer = MasterKey("masterdata.Customer", related_name="orders")
    bill_to = MasterKey("masterdata.Customer", related_name="billed_orders")
    ship_to = MasterKey("masterdata.ShipTo", null=True, related_name="+")
    group = models.OneToOneField("inventory.DemandGroup", models.PROTECT, null=True, related_name="order")
    channel = models.CharField(max_length=12, choices=Channel.choices)
    customer_po = models.CharField(max_length=60, blank=True)
    job = models.CharField(max_length=30, blank=True, db_default="")  # the customer's name of what it is for
    po_unique = models.BooleanField()  # whether the customer allows a PO only once, when it was submitted
    requested_on = models.DateField()
    rush = models.CharField(max_length=12, blank=True, db_default="")  # the code by which it is urgent
    coupon = models.CharField(  # the code that opened a promotion for it
        max_length=30, blank=True, default="", db_default=""
    )
    takes_fees = models.BooleanField(default=True, db_default=True)  # whether order rules may add fees
    freight_terms = models.CharField(
        max_length=12, choices=Customer.FreightTerms.choices, blank=True, db_default=""
    )  # the customer's when submitted
    state = models.CharField(max_length=10, choices=State.choices, default=State.SUBMITTED)
    currency = models.CharField(max_length=3)
    line_count = models.PositiveIntegerField()
    net = Money()
    tax = Money()
    gross = Money()
    open_net = Money()  # of net, not yet invoiced
    open_gross = Money()  # of gross, not yet invoiced: what counts against the credit limit
    note = models.TextField(blank=True)
    submitted_at = models.DateTimeField()
    submitted_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = ScopedQuerySet["SalesOrder"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="order_number_unique"),
            models.CheckConstraint(condition=Q(gross=F("net") + F("tax")), name="order_gross"),
            models.UniqueConstraint(
                "customer",
                Upper("customer_po"),
                condition=Q(po_unique=True, state="submitted") & ~Q(customer_po=""),
                name="order_customer_po_unique",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-submitted_at", "-id"], name="order_of_customer"),
            models.Index(fields=["company", "-submitted_at", "-id"], name="order_newest"),
            models.Index(fields=["site", "-submitted_at", "-id"], name="order_of_site"),
            models.Index(Upper("customer_po"), name="order_po"),
            models.Index(fields=["bill_to"], name="order_open", condition=Q(open_gross__gt=0)),
            models.Index(fields=["site", "submitted_at"], name="order_rush", condition=~Q(rush="")),
            models.Index(fields=["coupon", "customer"], name="order_coupon", condition=~Q(coupon="")),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """One line as the customer said it, with the price it got. Money is in the order's currency."""

    class PriceSource(models.TextChoices):
        LIST = "list", "List price"
        GROUP = "group", "Group terms"
        AGREEMENT = "agreement", "Agreement"
        PROMOTION = "promotion", "Promotion"
        OVERRIDE = "override", "Set by hand"
        CONVERSION = "conversion", "Taken over"
        SUBSTITUTE = "substitute", "Price of what was asked for"
        QUOTE = "quote", "Quote"
        BLANKET = "blanket", "Blanket order"
        FREIGHT = "freight", "Freight tariff"
        FEE = "fee", "Fee by order rule"
        FREE = "free", "Free goods"

    order = models.ForeignKey(SalesOrder, models.PROTECT, related_name="lines", db_index=False)
    line = models.PositiveIntegerField()
    item = MasterKey("masterdata.Item", related_name="order_lines")
    description = models.CharField(max_length=200)
    quantity = Quantity()  # as entered, in `unit`
    unit = MasterKey("masterdata.Unit", related_name="+")
    stock_quantity = Quantity()  # the same in the item's stock unit
    cancelled_quantity = Quantity(default=0, db_default=0)  # of quantity, in `unit`
    list_price = models.DecimalField(max_digits=18, decimal_places=6, null=True)  # per `unit`
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)  # per `unit`, net
    price_source = models.CharField(max_length=12, choices=PriceSource.choices)
    price_reason = models.CharField(max_length=120, blank=True)
    net = Money()  # of what is not cancelled
    tax_code = MasterKey("masterdata.TaxCode", null=True, related_name="+")
    tax_rate_percent = models.DecimalField(max_digits=7, decimal_places=4)
    unit_cost = models.DecimalField(max_digits=18, decimal_places=6)  # per stock unit when submitted
    requested_on = models.DateField()
    version = models.PositiveIntegerField(default=1, db_default=1)

    class Meta:
        ordering = ["order", "line"]
        constraints = [
            models.UniqueConstraint(fields=["order", "line"], name="order_line_unique"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, stock_quantity__gt=0, unit_price__gte=0),
                name="order_line_positive",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_quantity__gte=0, cancelled_quantity__lte=F("quantity")),
                name="order_line_cancelled",
            ),
        ]
        indexes = [models.Index(fields=["item", "-id"], name="order_line_item")]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.line}"


class LineDemand(models.Model):
    """Which demand serves which line, and how: the customer's own wish, a split, a substitute, a component."""

    class Role(models.TextChoices):
        ORIGINAL = "original", "Original"
        SPLIT = "split", "Split"
        SUBSTITUTE = "substitute", "Substitute"
        COMPONENT = "component", "Component"

    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="demands")
    demand = models.OneToOneField("inventory.Demand", models.PROTECT, related_name="line_demand")
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.ORIGINAL)
    numerator = models.PositiveIntegerField(default=1, db_default=1)  # demand units per line unit of stock
    denominator = models.PositiveIntegerField(default=1, db_default=1)

    def __str__(self) -> str:
        return f"{self.line_id} by {self.demand_id}"


class LineSubstitution(models.Model):
    """What the customer asked for where a line offers something else (AT05). Never changed: fill rates are taken of it.

    A line that was offered so from the start stands for itself; one that takes over what is short of another line
    names that line, which keeps being measured on all that was asked.
    """

    line = models.OneToOneField(OrderLine, models.PROTECT, primary_key=True, related_name="substitution")
    replaces = models.ForeignKey(OrderLine, models.PROTECT, null=True, related_name="replaced_by")
    asked_item = MasterKey("masterdata.Item", related_name="+")
    asked_quantity = Quantity()  # as the customer said it, in `asked_unit`
    asked_unit = MasterKey("masterdata.Unit", related_name="+")
    asked_stock_quantity = Quantity()  # the same in the asked item's stock unit
    kind = models.CharField(max_length=10, choices=Substitute.Kind.choices)
    consent = models.CharField(max_length=120, blank=True)  # who agreed; blank where nobody has to be asked

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(asked_quantity__gt=0, asked_stock_quantity__gt=0), name="line_substitution_asked"
            )
        ]

    def __str__(self) -> str:
        return f"{self.line_id} for {self.asked_quantity} of {self.asked_item_id}"
