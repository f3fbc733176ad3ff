"""A delivery being unloaded: what was counted so far of a purchase order, before its receipt is posted (WH01)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from erp.kernel.access import ScopedQuerySet
from erp.kernel.fields import MasterKey
from inventory.inbound.permissions import VIEW_RECEIPT
from inventory.stock.models import Quantity


class Unloading(models.Model):
    """One delivery of a purchase order at the door. Whoever receives may count; posting it makes the receipt."""

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}
    READ: ClassVar = (VIEW_RECEIPT,)

    class State(models.TextChoices):
        OPEN = "open", "Being unloaded"
        POSTED = "posted", "Received"
        GIVEN_UP = "given_up", "Given up"

    number = models.CharField(max_length=20)
    company = MasterKey("masterdata.Company", related_name="+")
    site = MasterKey("masterdata.Site", related_name="unloadings")
    purchase_order = models.ForeignKey(
        "inventory.PurchaseOrder", models.PROTECT, related_name="unloadings", db_index=False
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    begun_by = models.CharField(max_length=80)
    begun_at = models.DateTimeField()
    ended_by = models.CharField(max_length=80, blank=True)
    ended_at = models.DateTimeField(null=True)
    receipt = models.OneToOneField(
        "inventory.Receipt", models.PROTECT, null=True, related_name="unloading"
    )  # null: nothing of it was taken in

    objects = ScopedQuerySet["Unloading"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="unloading_number_unique"),
            models.UniqueConstraint(
                fields=["purchase_order"], condition=Q(state="open"), name="unloading_one_open_per_order"
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_by="", ended_at=None)
                | ~Q(state="open") & ~Q(ended_by="") & Q(ended_at__isnull=False),
                name="unloading_ended",
            ),
            models.CheckConstraint(
                condition=Q(receipt=None) | Q(state="posted"), name="unloading_receipt_when_posted"
            ),
        ]
        indexes = [models.Index(fields=["purchase_order", "-id"], name="unloading_of_order")]

    def __str__(self) -> str:
        return self.number


class UnloadedLine(models.Model):
    """How much was counted of one purchase order line, by lot as its label names it; stock unit."""

    unloading = models.ForeignKey(Unloading, models.CASCADE, related_name="lines")
    line = models.ForeignKey("inventory.PurchaseOrderLine", models.PROTECT, related_name="+", db_index=False)
    lot = models.CharField(max_length=40, blank=True)
    expires_on = models.DateField(null=True)
    counted = Quantity()
    counted_by = models.CharField(max_length=80)
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unloading", "line", "lot"], name="unloaded_line_unique"),
            models.CheckConstraint(condition=Q(counted__gte=0), name="unloaded_line_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.counted} of line {self.line_id}"
