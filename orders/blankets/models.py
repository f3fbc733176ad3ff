"""Blanket orders: quantities that a customer has committed to at a price, and the orders called off from them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from erp.kernel.access import ScopedQuerySet
from erp.kernel.fields import MasterKey
from inventory.commitments.models import SupplyMethod
from inventory.stock.models import Money, Quantity
from orders.entry.models import OrderLine

from .permissions import VIEW_BLANKET


class BlanketOrder(models.Model):
    """A frame of quantities at binding prices between two days. It holds no stock; its call-offs are orders."""

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}
    READ: ClassVar = (VIEW_BLANKET,)

    class State(models.TextChoices):
        OPEN = "open", "Running"
        CLOSED = "closed", "Closed"
        EXPIRED = "expired", "Expired"

    number = models.CharField(max_length=20)
    company = MasterKey("masterdata.Company", related_name="+")
    site = MasterKey("masterdata.Site", related_name="+")  # ships from
    customer = MasterKey("masterdata.Customer", related_name="blanket_orders")
    ship_to = MasterKey("masterdata.ShipTo", null=True, related_name="+")
    job = models.CharField(max_length=30, blank=True, db_default="")
    customer_po = models.CharField(max_length=60, blank=True, db_default="")  # the frame's own
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    valid_from = models.DateField()
    valid_until = models.DateField()  # the last day on which something may be called off
    currency = models.CharField(max_length=3)
    net = Money()  # of what is committed
    beyond = models.CharField(max_length=400, blank=True, db_default="")  # what needs approval, in words
    note = models.TextField(blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=80, blank=True, db_default="")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=80, blank=True, db_default="")
    closing_note = models.CharField(max_length=200, blank=True, db_default="")
    recorded_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = ScopedQuerySet["BlanketOrder"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="blanket_number_unique"),
            models.CheckConstraint(condition=Q(valid_from__lte=F("valid_until")), name="blanket_term"),
            models.CheckConstraint(
                condition=Q(beyond="") | Q(approved_by="") | ~Q(approved_by=F("created_by")),
                name="blanket_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None)
                | Q(state__in=("closed", "expired"), closed_at__isnull=False),
                name="blanket_closed",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "-created_at", "-id"], name="blanket_newest"),
            models.Index(fields=["customer", "-id"], name="blanket_of_customer"),
            models.Index(fields=["valid_until", "id"], name="blanket_until"),
        ]

    def __str__(self) -> str:
        return self.number


class BlanketLine(models.Model):
    """What is committed of one item, and how much of it has been called off. Prices are per `unit`, net."""

    blanket = models.ForeignKey(BlanketOrder, models.PROTECT, related_name="lines", db_index=False)
    line = models.PositiveIntegerField()
    item = MasterKey("masterdata.Item", related_name="+")
    description = models.CharField(max_length=200)
    quantity = Quantity()  # committed, in `unit`
    unit = MasterKey("masterdata.Unit", related_name="+")
    least = Quantity(default=0, db_default=0)  # of one call-off, in `unit`
    stock_quantity = Quantity()  # committed, in the item's stock unit
    tolerated = Quantity(default=0, db_default=0)  # beyond it, in the stock unit
    called = Quantity(default=0, db_default=0)  # off, in the stock unit
    list_price = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)
    price_source = models.CharField(max_length=12, choices=OrderLine.PriceSource.choices)
    price_reason = models.CharField(max_length=120, blank=True)
    unit_cost = models.DecimalField(max_digits=18, decimal_places=6)  # per stock unit when agreed
    supply = models.CharField(
        max_length=7, choices=SupplyMethod.choices, blank=True, db_default=""
    )  # of its call-offs; blank: as the item and the house say

    class Meta:
        ordering = ["blanket", "line"]
        constraints = [
            models.UniqueConstraint(fields=["blanket", "line"], name="blanket_line_unique"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, stock_quantity__gt=0, unit_price__gte=0, tolerated__gte=0)
                & Q(least__gte=0, least__lte=F("quantity")),
                name="blanket_line_positive",
            ),
            models.CheckConstraint(
                condition=Q(called__gte=0, called__lte=F("stock_quantity") + F("tolerated")),
                name="blanket_line_called",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.blanket_id}/{self.line}"


class CallOff(models.Model):
    """What one order line takes of a blanket order's line, in the item's stock unit; it follows the order line."""

    line = models.ForeignKey(BlanketLine, models.PROTECT, related_name="call_offs")
    order_line = models.OneToOneField("orders.OrderLine", models.PROTECT, related_name="call_off")
    quantity = Quantity()
    called_at = models.DateTimeField()
    called_by = models.CharField(max_length=80)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(quantity__gte=0), name="call_off_not_negative")]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.line_id}"
