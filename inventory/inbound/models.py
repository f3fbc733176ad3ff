"""Receipts: what arrived against which purchase order line."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from erp.kernel.access import ScopedQuerySet
from inventory.inbound.permissions import VIEW_RECEIPT
from inventory.stock.models import Money, Quantity


class Receipt(models.Model):
    """Goods taken in at one site, in one go."""

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}
    READ: ClassVar = (VIEW_RECEIPT,)

    number = models.CharField(max_length=20, unique=True)
    company = models.ForeignKey("masterdata.Company", models.PROTECT, related_name="+")
    site = models.ForeignKey("masterdata.Site", models.PROTECT, related_name="receipts")
    purchase_order = models.ForeignKey(
        "inventory.PurchaseOrder", models.PROTECT, null=True, related_name="receipts"
    )
    delivery_note = models.CharField(max_length=40, blank=True)
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField(db_default=Now())

    objects = ScopedQuerySet["Receipt"].as_manager()

    def __str__(self) -> str:
        return self.number


class ReceiptLine(models.Model):
    """One item of a receipt, in the stock unit, valued at the ordered cost."""

    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="lines")
    supply = models.ForeignKey("inventory.Supply", models.PROTECT, null=True, related_name="receipt_lines")
    item = models.ForeignKey("masterdata.Item", models.PROTECT, related_name="+")
    bin = models.ForeignKey("masterdata.Bin", models.PROTECT, related_name="+")
    lot = models.ForeignKey("inventory.Lot", models.PROTECT, null=True, related_name="+")
    quantity = Quantity()
    value = Money()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="receipt_line_positive")]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.item_id}"
