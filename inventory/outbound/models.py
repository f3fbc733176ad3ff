"""Shipments: what the warehouse was told to send, what was picked, and what left."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, Upper

from erp.kernel.access import ScopedQuerySet
from erp.kernel.fields import MasterKey
from inventory.outbound.permissions import VIEW_SHIPMENT
from inventory.stock.models import Quantity


class Shipment(models.Model):
    """Goods for one delivery from one site. Its state is what has happened to it, in this order."""

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}
    READ: ClassVar = (VIEW_SHIPMENT,)

    class State(models.TextChoices):
        RELEASED = "released", "To pick"
        PICKED = "picked", "To pack"
        PACKED = "packed", "To ship"
        SHIPPED = "shipped", "Shipped"
        CANCELLED = "cancelled", "Cancelled"
        REVERSED = "reversed", "Reversed"

    number = models.CharField(max_length=20)
    company = MasterKey("masterdata.Company", related_name="+")
    site = MasterKey("masterdata.Site", related_name="shipments")
    group = models.ForeignKey("inventory.DemandGroup", models.PROTECT, related_name="shipments")
    purchase_order = models.ForeignKey(
        "inventory.PurchaseOrder", models.PROTECT, null=True, related_name="shipments", db_index=False
    )  # its supplier sent it to the customer; null: it left from the site
    state = models.CharField(max_length=10, choices=State.choices, default=State.RELEASED)
    ship_on = models.DateField()
    carrier_service = models.CharField(max_length=40, blank=True)
    tracking_number = models.CharField(max_length=60, blank=True)
    released_at = models.DateTimeField()
    picked_at = models.DateTimeField(null=True)
    packed_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    reversed_at = models.DateTimeField(null=True)
    # Proof of delivery: the day on which the customer has received the goods, who signed, and when it was told here.
    delivered_on = models.DateField(null=True)
    delivered_to = models.CharField(max_length=80, blank=True, db_default="")
    delivery_told_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = ScopedQuerySet["Shipment"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="shipment_number_unique"),
            models.CheckConstraint(
                condition=~Q(state="shipped") | Q(shipped_at__isnull=False), name="shipment_shipped_when"
            ),
            models.CheckConstraint(
                condition=Q(delivered_on=None, delivered_to="", delivery_told_at=None)
                | Q(state="shipped", delivered_on__isnull=False, delivery_told_at__isnull=False),
                name="shipment_delivered_when_shipped",
            ),
        ]
        indexes = [
            models.Index(Upper("tracking_number"), name="shipment_tracking"),
            models.Index(
                fields=["site", "state", "ship_on", "id"],
                name="shipment_work",
                condition=Q(state__in=("released", "picked", "packed")),
            ),
            models.Index(fields=["site", "-shipped_at", "-id"], name="shipment_shipped"),
            models.Index(
                fields=["purchase_order"],
                name="shipment_drop",
                condition=Q(purchase_order__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ShipmentLine(models.Model):
    """The part of one demand that one shipment carries, in the stock unit."""

    shipment = models.ForeignKey(Shipment, models.PROTECT, related_name="lines")
    demand = models.ForeignKey("inventory.Demand", models.PROTECT, related_name="shipment_lines")
    item = MasterKey("masterdata.Item", related_name="+")
    quantity = Quantity()  # released
    picked = Quantity(default=0, db_default=0)
    shipped = Quantity(default=0, db_default=0)
    returned = Quantity(default=0, db_default=0)  # of shipped, authorised to come back or back already
    short_reason = models.CharField(max_length=20, blank=True, db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(returned__gte=0, returned__lte=F("shipped")), name="shipment_line_returned"
            ),
            models.CheckConstraint(
                condition=Q(
                    quantity__gt=0,
                    picked__gte=0,
                    picked__lte=F("quantity"),
                    shipped__gte=0,
                    shipped__lte=F("picked"),
                ),
                name="shipment_line_bounded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.item_id}"


class Pick(models.Model):
    """One trip to one bin for one shipment line. Open while the shipment is not shipped: counted in allocated."""

    class ShortReason(models.TextChoices):
        EMPTY = "empty", "Bin empty or short"
        DAMAGED = "damaged", "Goods damaged"
        BLOCKED = "blocked", "Bin not reachable"
        WRONG = "wrong", "Other goods in bin"
        EXPIRED = "expired", "Lot expired"

    shipment = models.ForeignKey(Shipment, models.PROTECT, related_name="picks")
    line = models.ForeignKey(ShipmentLine, models.PROTECT, related_name="picks")
    balance = models.ForeignKey("inventory.StockBalance", models.PROTECT, related_name="picks")
    quantity = Quantity()
    counted = Quantity(default=0, db_default=0)  # scanned so far, while the picker stands at the bin
    picked = Quantity(null=True)  # null: not yet worked
    short_reason = models.CharField(max_length=10, choices=ShortReason.choices, blank=True, db_default="")
    picked_at = models.DateTimeField(null=True)
    picked_by = models.CharField(max_length=80, blank=True, db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0) & (Q(picked=None) | Q(picked__gte=0, picked__lte=F("quantity"))),
                name="pick_bounded",
            ),
            models.CheckConstraint(
                condition=Q(picked=None) | Q(picked=F("quantity")) | ~Q(short_reason=""),
                name="pick_short_reason",
            ),
            models.CheckConstraint(
                condition=Q(counted__gte=0, counted__lte=F("quantity")), name="pick_counted"
            ),
        ]
        indexes = [models.Index(fields=["line"], name="pick_short", condition=~Q(short_reason=""))]

    def __str__(self) -> str:
        return f"{self.quantity} from {self.balance_id}"


class Carton(models.Model):
    """One package of a shipment."""

    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="cartons")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, default="box")
    weight_kg = models.DecimalField(max_digits=10, decimal_places=3, null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shipment", "number"], name="carton_unique")]

    def __str__(self) -> str:
        return f"{self.number}"
