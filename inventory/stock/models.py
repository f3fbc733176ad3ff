"""Stock: an append-only ledger, the balances it sums to, and what each site may still promise."""

from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from erp.kernel.access import ScopedQuerySet
from erp.kernel.fields import MasterKey
from inventory.stock.permissions import VIEW_STOCK


class Quantity(models.DecimalField):
    """A quantity in the item's stock unit, six decimals."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_digits": 18, "decimal_places": 6, **options})


class Money(models.DecimalField):
    """An amount in the currency that the row names, or the company's."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_digits": 18, "decimal_places": 2, **options})


class Status(models.TextChoices):
    """The state of goods; what each means for promising, picking and value stands in `statuses.py`."""

    AVAILABLE = "available", "Available"
    QUALITY = "quality", "In inspection"
    QUARANTINE = "quarantine", "Quarantine"
    DAMAGED = "damaged", "Damaged"
    HOLD = "hold", "On hold"
    EXPIRED = "expired", "Expired"
    REPAIR = "repair", "In repair"
    VENDOR = "vendor", "For the vendor"
    TRANSIT = "transit", "In transit"  # on its way from one site of ours to another, whose it is already


class Lot(models.Model):
    """One batch of an item as its maker or supplier names it."""

    item = models.ForeignKey("masterdata.Item", models.PROTECT, related_name="lots")
    code = models.CharField(max_length=40)
    expires_on = models.DateField(null=True, blank=True)
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "code"], name="lot_unique")]

    def __str__(self) -> str:
        return self.code


class StockPosting(models.Model):
    """One movement of goods: why, when, by whom, from which document. Its rows are StockEntry. Append-only.

    Moves sum to zero; receipts and issues are one-sided and `kind` names the outside. A drop shipment passes a transit
    bin in one posting: what comes in goes out. A transfer leaves `site` and enters the transit bin of another one.
    """

    append_only: ClassVar = True
    SCOPE: ClassVar = {"company": "company_id", "site": "site_id"}
    READ: ClassVar = (VIEW_STOCK,)

    class Kind(models.TextChoices):
        OPENING = "opening", "Opening stock"
        RECEIPT = "receipt", "Receipt"
        ISSUE = "issue", "Issue to customer"
        MOVE = "move", "Move"
        ADJUSTMENT = "adjustment", "Adjustment"
        RETURN = "return", "Return from customer"
        SCRAP = "scrap", "Scrap"
        DROP = "drop", "Drop shipment"
        SUPPLIER = "supplier", "Return to supplier"
        TRANSFER = "transfer", "Transfer to another site"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    company = MasterKey("masterdata.Company", related_name="+")
    site = MasterKey("masterdata.Site", related_name="+")
    source = models.CharField(max_length=40)  # the document's kind, "inventory.shipment"
    source_id = models.BigIntegerField()
    effective_at = models.DateTimeField()
    accounting_on = models.DateField()  # the effective instant in the company's zone
    recorded_at = models.DateTimeField(db_default=Now())
    actor = models.CharField(max_length=80)
    reverses_id = models.BigIntegerField(null=True)

    objects = ScopedQuerySet["StockPosting"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reverses_id"], condition=Q(reverses_id__isnull=False), name="posting_reversed_once"
            )
        ]
        indexes = [models.Index(fields=["source", "source_id"], name="posting_of_source")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class StockEntry(models.Model):
    """One signed quantity and value of one item in one place. Append-only; nothing points at it.

    Quantity is in the item's stock unit, value in the company's currency; `value` is zero for stock of others.
    """

    append_only: ClassVar = True

    posting_id = models.BigIntegerField()
    item_id = models.BigIntegerField()
    site_id = models.BigIntegerField()
    bin_id = models.BigIntegerField()
    lot_id = models.BigIntegerField(null=True)
    status = models.CharField(max_length=12)
    owner_id = models.BigIntegerField(null=True)  # a party whose goods we hold; null: ours
    quantity = Quantity()
    value = Money()
    line_id = models.BigIntegerField(null=True)  # the source document's line
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "stock entries"
        indexes = [
            models.Index(fields=["item_id", "bin_id", "id"], name="entry_item_bin"),
            models.Index(fields=["posting_id"], name="entry_posting"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.item_id}"


class StockBalance(models.Model):
    """What lies in one bin: the sum of its entries, and how much of it is bound to picks."""

    SCOPE: ClassVar = {"company": "site__company_id", "site": "site_id"}
    READ: ClassVar = (VIEW_STOCK,)

    item = models.ForeignKey("masterdata.Item", models.PROTECT, related_name="balances", db_index=False)
    site = models.ForeignKey("masterdata.Site", models.PROTECT, related_name="+")
    bin = models.ForeignKey("masterdata.Bin", models.PROTECT, related_name="balances")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, related_name="balances")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.AVAILABLE)
    owner = models.ForeignKey("masterdata.Party", models.PROTECT, null=True, related_name="+", db_index=False)
    quantity = Quantity(default=0)
    allocated = Quantity(default=0)

    objects = ScopedQuerySet["StockBalance"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "bin", "lot", "status", "owner"],
                name="stock_balance_unique",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(allocated__gte=0, allocated__lte=F("quantity")), name="stock_balance_allocated"
            ),
        ]
        indexes = [models.Index(fields=["item", "site"], name="balance_item_site")]

    def __str__(self) -> str:
        return f"{self.quantity} in {self.bin_id}"

    @property
    def loose(self) -> Decimal:
        """What no pick is bound to."""
        return self.quantity - self.allocated


class SiteStock(models.Model):
    """What one site holds, may promise and has promised of an item: the mutex of every promise (design.md 15)."""

    SCOPE: ClassVar = {"company": "site__company_id", "site": "site_id"}
    READ: ClassVar = (VIEW_STOCK,)

    item = models.ForeignKey("masterdata.Item", models.PROTECT, related_name="site_stock", db_index=False)
    site = models.ForeignKey("masterdata.Site", models.PROTECT, related_name="site_stock")
    on_hand = Quantity(default=0)  # in the house: without what is on its way to it
    available = Quantity(default=0)  # on hand in a status that may be promised
    reserved = Quantity(default=0)  # of available, promised to a demand
    valued_quantity = Quantity(default=0)  # own stock, and what is on its way here
    value = Money(default=0)

    objects = ScopedQuerySet["SiteStock"].as_manager()

    class Meta:
        verbose_name_plural = "site stock"
        constraints = [
            models.UniqueConstraint(fields=["item", "site"], name="site_stock_unique"),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, reserved__lte=F("available")), name="site_stock_reserved"
            ),
            models.CheckConstraint(condition=Q(on_hand__gte=F("available")), name="site_stock_available"),
            models.CheckConstraint(
                condition=~Q(valued_quantity=0) | Q(value=0), name="site_stock_no_value_without_stock"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} at {self.site_id}"
