"""Purchase orders: what was asked of suppliers. Each open line is a Supply that demands may lean on."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from erp.kernel.access import ScopedQuerySet
from inventory.purchasing.permissions import VIEW_PURCHASE_ORDER
from inventory.stock.models import Quantity


class PurchaseOrder(models.Model):
    """An order to one supplier for one site, or for the customer of one delivery (drop ship)."""

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}
    READ: ClassVar = (VIEW_PURCHASE_ORDER,)

    number = models.CharField(max_length=20, unique=True)
    company = models.ForeignKey("masterdata.Company", models.PROTECT, related_name="+")
    site = models.ForeignKey("masterdata.Site", models.PROTECT, related_name="purchase_orders")
    supplier = models.ForeignKey("masterdata.Supplier", models.PROTECT, related_name="purchase_orders")
    group = models.ForeignKey(
        "inventory.DemandGroup", models.PROTECT, null=True, related_name="purchase_orders"
    )  # the delivery that the supplier sends to its customer; null: it comes to the site
    currency = models.CharField(max_length=3)
    ordered_at = models.DateTimeField()
    ordered_by = models.CharField(max_length=80, blank=True, db_default="")  # whom its slips concern
    recorded_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = ScopedQuerySet["PurchaseOrder"].as_manager()

    def __str__(self) -> str:
        return self.number


class PurchaseOrderLine(models.Model):
    """One item of a purchase order; received and open quantities are its supply's."""

    order = models.ForeignKey(PurchaseOrder, models.PROTECT, related_name="lines")
    line = models.PositiveIntegerField()
    item = models.ForeignKey("masterdata.Item", models.PROTECT, related_name="+")
    supply = models.OneToOneField("inventory.Supply", models.PROTECT, related_name="purchase_line")
    quantity = Quantity()  # in `unit`, as ordered
    unit = models.ForeignKey("masterdata.Unit", models.PROTECT, related_name="+")
    unit_cost = models.DecimalField(max_digits=18, decimal_places=6)  # per `unit`, company currency
    demand = models.ForeignKey(
        "inventory.Demand", models.PROTECT, null=True, related_name="purchase_lines"
    )  # bought for it alone (OC12); null: for whoever needs it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "line"], name="purchase_line_unique"),
            models.UniqueConstraint(fields=["order", "demand"], name="purchase_line_demand_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, unit_cost__gte=0), name="purchase_line_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.line}"
