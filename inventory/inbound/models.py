"""Receipts: what arrived against which purchase order line, and what did not come as it should."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from erp.kernel.access import ScopedQuerySet
from erp.kernel.fields import MasterKey
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


class ReceiptDifference(models.Model):
    """Goods of a purchase order line that did not come as they should: coded at the dock, cleared by the buyer (WH02).

    They are not in stock: what is short or damaged stays expected, what is over or wrong stands aside. So nothing is
    promised or paid for by it, and whoever clears it says what becomes of the goods. `quantity` is in the stock unit of
    the line's item, for a wrong item of what came.
    """

    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}
    READ: ClassVar = (VIEW_RECEIPT,)

    class Kind(models.TextChoices):
        SHORT = "short", "Short"
        OVER = "over", "Over"
        DAMAGED = "damaged", "Damaged"
        WRONG_ITEM = "wrong_item", "Wrong item"

    class Outcome(models.TextChoices):
        WILL_FOLLOW = "will_follow", "The supplier sends it"
        GIVEN_UP = "given_up", "Not expected any more"
        SENT_BACK = "sent_back", "Went back to the supplier"
        TAKEN_IN = "taken_in", "Taken in after all"

    number = models.CharField(max_length=20)
    company = MasterKey("masterdata.Company", related_name="+")
    site = MasterKey("masterdata.Site", related_name="receipt_differences")
    line = models.ForeignKey(
        "inventory.PurchaseOrderLine", models.PROTECT, related_name="differences"
    )  # what was expected
    receipt = models.ForeignKey(
        Receipt, models.PROTECT, null=True, related_name="differences"
    )  # what came with it; null: nothing was taken in
    kind = models.CharField(max_length=10, choices=Kind.choices)
    item = MasterKey("masterdata.Item", null=True, related_name="+")  # what it is; null: not known by us
    quantity = Quantity()
    note = models.CharField(max_length=200, blank=True)
    owner = models.CharField(max_length=80, blank=True)  # the buyer; blank: whoever buys for the site
    reported_by = models.CharField(max_length=80)
    reported_at = models.DateTimeField()
    due_on = models.DateField()  # the site's day by which it is cleared
    outcome = models.CharField(max_length=11, choices=Outcome.choices, blank=True)  # blank: open
    claim_reference = models.CharField(max_length=60, blank=True)  # under which the supplier was asked for it
    resolved_by = models.CharField(max_length=80, blank=True)
    resolved_at = models.DateTimeField(null=True)
    resolution = models.CharField(max_length=200, blank=True)

    objects = ScopedQuerySet["ReceiptDifference"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="receipt_difference_number_unique"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="receipt_difference_positive"),
            models.CheckConstraint(
                condition=Q(outcome="", resolved_by="", resolved_at=None)
                | ~Q(outcome="") & ~Q(resolved_by="") & Q(resolved_at__isnull=False),
                name="receipt_difference_resolved",
            ),
            models.CheckConstraint(
                condition=Q(outcome="")
                | Q(kind="short", outcome__in=("will_follow", "given_up", "taken_in"))
                | Q(kind="damaged", outcome__in=("will_follow", "given_up", "taken_in"))
                | Q(kind__in=("over", "wrong_item"), outcome__in=("sent_back", "taken_in")),
                name="receipt_difference_outcome",
            ),
            models.CheckConstraint(
                condition=Q(item__isnull=False) | Q(kind="wrong_item") & ~Q(note=""),
                name="receipt_difference_what",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], name="receipt_difference_open", condition=Q(outcome="")),
        ]

    def __str__(self) -> str:
        return self.number
