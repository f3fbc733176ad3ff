"""Holds: what stops an order, who may let it go on, and who did (OC05)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from erp.kernel.access import ScopedQuerySet
from orders.holds.permissions import VIEW_HOLDS


class Hold(models.Model):
    """One reason why an order, or one line of it, may not be released or shipped, until someone lets it go."""

    SCOPE: ClassVar = {"company": "order__company_id", "site": "order__site_id"}
    READ: ClassVar = (VIEW_HOLDS,)

    class Kind(models.TextChoices):
        CREDIT = "credit", "Credit limit"
        PRICE = "price", "Price"
        MARGIN = "margin", "Margin below floor"
        OVERRIDE = "override", "Price beyond authority"
        BLOCKED = "blocked", "Customer blocked"
        PO_MISSING = "po_missing", "Customer PO missing"
        OVERDUE = "overdue", "Payer overdue"
        MINIMUM = "minimum", "Below minimum order"
        PO_TWICE = "po_twice", "Customer PO repeated"
        QUANTITY = "quantity", "Unusual quantity"
        ITEM = "item", "Item blocked"
        ADDRESS = "address", "Address incomplete"
        EXPORT = "export", "Export control"
        DATA = "data", "Master data missing"
        RULE = "rule", "Order rule"
        RUSH = "rush", "Rush beyond quota"
        MANUAL = "manual", "Held by hand"

    order = models.ForeignKey("orders.SalesOrder", models.PROTECT, related_name="holds")
    line = models.ForeignKey(
        "orders.OrderLine", models.PROTECT, null=True, related_name="holds", db_index=False
    )  # null: all of the order
    kind = models.CharField(max_length=12, choices=Kind.choices)
    detail = models.CharField(max_length=200)  # one sentence with the figures
    amount = models.DecimalField(max_digits=18, decimal_places=2, default=0)  # money at risk
    caused_by = models.CharField(max_length=80)  # may never release it
    opened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    released_at = models.DateTimeField(null=True)
    released_by = models.CharField(max_length=80, blank=True, db_default="")
    release_reason = models.CharField(max_length=200, blank=True, db_default="")

    objects = ScopedQuerySet["Hold"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "kind", "line"],
                condition=Q(released_at=None),
                nulls_distinct=False,
                name="hold_once_per_kind",
            ),
            models.CheckConstraint(
                condition=Q(released_at=None, released_by="")
                | Q(released_at__isnull=False) & ~Q(released_by="") & ~Q(release_reason=""),
                name="hold_release_explained",
            ),
            models.CheckConstraint(
                condition=~Q(released_by=models.F("caused_by")) | Q(released_by=""),
                name="hold_never_ones_own",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "opened_at"], name="hold_open", condition=Q(released_at=None)),
            models.Index(fields=["line"], name="hold_of_line", condition=Q(line__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} on {self.order_id}"
