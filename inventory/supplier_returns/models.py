"""What goes back to a supplier in one batch, and what is asked of the supplier for it (RM02)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from erp.kernel.access import ScopedQuerySet
from inventory.stock.models import Money, Quantity

from .permissions import VIEW_SUPPLIER_RETURN


class SupplierReturn(models.Model):
    """A batch that was sent back to one supplier from one site, and our debit request. Money in the company's currency.

    `value`: what it was worth in stock. The supplier's answer is a credit of at most what is claimed, or none.
    """

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}
    READ: ClassVar = (VIEW_SUPPLIER_RETURN,)

    class State(models.TextChoices):
        SENT = "sent", "Credit awaited"
        CREDITED = "credited", "Credited"
        DENIED = "denied", "Denied"

    number = models.CharField(max_length=20, unique=True)
    company = models.ForeignKey("masterdata.Company", models.PROTECT, related_name="+")
    site = models.ForeignKey("masterdata.Site", models.PROTECT, related_name="+")
    supplier = models.ForeignKey("masterdata.Supplier", models.PROTECT, related_name="returns")
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=8, choices=State.choices, default=State.SENT)
    value = Money()
    claimed = Money()
    credited = Money(default=0, db_default=0)
    authorisation = models.CharField(max_length=60, blank=True)  # under which the supplier takes it back
    tracking_number = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=400, blank=True)
    posting_id = models.BigIntegerField()  # StockPosting
    sent_at = models.DateTimeField()
    sent_by = models.CharField(max_length=80)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=80, blank=True, db_default="")
    reference = models.CharField(max_length=60, blank=True, db_default="")  # of the supplier's answer
    recorded_at = models.DateTimeField(db_default=Now())

    objects = ScopedQuerySet["SupplierReturn"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(value__gte=0, claimed__gte=0, credited__gte=0, credited__lte=F("claimed")),
                name="supplier_return_credited",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", settled_at=None, credited=0)
                | Q(state="credited", settled_at__isnull=False, credited__gt=0)
                | Q(state="denied", settled_at__isnull=False, credited=0),
                name="supplier_return_settled",
            ),
        ]
        indexes = [
            models.Index(fields=["sent_at"], name="supplier_return_open", condition=Q(settled_at=None))
        ]

    def __str__(self) -> str:
        return self.number


class SupplierReturnLine(models.Model):
    """One lot of one item out of one bin, in the stock unit, and what is claimed for it."""

    supplier_return = models.ForeignKey(SupplierReturn, models.PROTECT, related_name="lines", db_index=False)
    line = models.PositiveIntegerField()
    item = models.ForeignKey("masterdata.Item", models.PROTECT, related_name="+")
    bin = models.ForeignKey("masterdata.Bin", models.PROTECT, related_name="+", db_index=False)
    lot = models.ForeignKey("inventory.Lot", models.PROTECT, null=True, related_name="+", db_index=False)
    quantity = Quantity()
    unit_cost = models.DecimalField(max_digits=18, decimal_places=6)  # claimed, per stock unit
    claimed = Money()
    value = Money()

    class Meta:
        ordering = ["supplier_return", "line"]
        constraints = [
            models.UniqueConstraint(fields=["supplier_return", "line"], name="supplier_return_line_unique"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, unit_cost__gte=0, claimed__gte=0, value__gte=0),
                name="supplier_return_line_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier_return_id}/{self.line}"
