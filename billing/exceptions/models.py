"""Invoice exceptions: shipped goods that are not clean enough to charge without a human (BI02)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from billing.exceptions.permissions import VIEW_EXCEPTION
from erp.kernel.access import ScopedQuerySet
from inventory.stock.models import Money


class InvoiceException(models.Model):
    """One rule that stopped one shipment from being billed, with an owner and a clock."""

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}
    READ: ClassVar = (VIEW_EXCEPTION,)

    class Kind(models.TextChoices):
        PRICE_CHANGED = "price_changed", "Price changed"
        ZERO_PRICE = "zero_price", "Zero price"
        PO_MISSING = "po_missing", "No customer PO"
        TAX_MISSING = "tax_missing", "Tax code missing"
        CUSTOMER_BLOCKED = "blocked", "Customer blocked"
        POD_MISSING = "pod_missing", "No proof of delivery"

    class Resolution(models.TextChoices):
        ACCEPTED = "accepted", "Bill as it is"
        CORRECTED = "corrected", "Corrected"
        CLEARED = "cleared", "Rule no longer applies"
        WITHDRAWN = "withdrawn", "Shipment reversed"

    company = models.ForeignKey("masterdata.Company", models.PROTECT, related_name="+")
    site = models.ForeignKey("masterdata.Site", models.PROTECT, related_name="+")
    shipment = models.ForeignKey("inventory.Shipment", models.PROTECT, related_name="invoice_exceptions")
    order = models.ForeignKey("orders.SalesOrder", models.PROTECT, related_name="invoice_exceptions")
    kind = models.CharField(max_length=14, choices=Kind.choices)
    detail = models.CharField(max_length=300)  # one sentence with the figures
    amount = Money()  # net of what is held back
    variance = Money(default=0)
    currency = models.CharField(max_length=3)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now())
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.CharField(max_length=80, blank=True, db_default="")
    resolution = models.CharField(max_length=10, choices=Resolution.choices, blank=True, db_default="")
    reason = models.CharField(max_length=200, blank=True, db_default="")
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = ScopedQuerySet["InvoiceException"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "kind"], condition=Q(resolved_at=None), name="invoice_exception_open_once"
            ),
            models.CheckConstraint(
                condition=Q(resolved_at=None, resolution="")
                | Q(resolved_at__isnull=False) & ~Q(resolution=""),
                name="invoice_exception_resolution",
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "opened_at", "id"], name="exception_open", condition=Q(resolved_at=None)
            ),
            models.Index(fields=["shipment"], name="exception_shipment"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} on {self.shipment_id}"
