"""Items: what is traded, in which units, and under which numbers anyone ever called it."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Ord, Substr, Upper

from erp.kernel.access import LockableQuerySet


class Unit(models.Model):
    """A unit of measure by its UN/ECE Recommendation 20 code."""

    MOST_DECIMALS: ClassVar = 6  # of a stored quantity

    code = models.CharField(max_length=3, primary_key=True)  # EA, BX, MTR
    name = models.CharField(max_length=40)
    decimals = models.PositiveSmallIntegerField(default=0)  # how fine it is counted
    version = models.PositiveIntegerField(default=1, db_default=1)
    # The history files rows by number: the code's three characters as the digits of one.
    history_id = models.GeneratedField(
        expression=Ord(Substr("code", 1, 1)) * 65536
        + Ord(Substr("code", 2, 1)) * 256
        + Ord(Substr("code", 3, 1)),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = "unit of measure"
        verbose_name_plural = "units of measure"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class ItemClass(models.Model):
    """A class of items: drives required attributes, prices and accounts. Classes form a tree."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    required_attributes = models.JSONField(default=list, blank=True)  # attribute names an item must fill
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "item classes"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Item(models.Model):
    """A traded good or service. Quantities are kept in its stock unit."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        BLOCKED = "blocked", "Blocked"  # may not be sold or bought
        DISCONTINUED = "discontinued", "Discontinued"  # sold while stock lasts

    class Kind(models.TextChoices):
        STOCKED = "stocked", "Stocked"
        SERVICE = "service", "Service"  # never in stock, needs no demand
        KIT = "kit", "Kit"  # never in stock itself: its components are

    class Stocking(models.TextChoices):
        """Whether the house keeps it; what it does not keep is bought for each order (OC12, OC13)."""

        KEPT = "kept", "Kept in stock"
        ORDER = "order", "Bought to order"
        CATALOGUE = "catalogue", "From a catalogue, not kept yet"  # kept once two people say so

    class TaxClass(models.TextChoices):
        STANDARD = "standard", "Standard"
        REDUCED = "reduced", "Reduced"
        ZERO = "zero", "Zero"

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    item_class = models.ForeignKey(ItemClass, models.PROTECT, related_name="items")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.STOCKED)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.ACTIVE)
    stock_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    sell_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    buy_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    gtin = models.CharField(max_length=14, blank=True)
    tax_class = models.CharField(max_length=10, choices=TaxClass.choices, default=TaxClass.STANDARD)
    weight_kg = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    lot_tracked = models.BooleanField(default=False)
    stocking = models.CharField(
        max_length=9, choices=Stocking.choices, default=Stocking.KEPT, db_default="kept"
    )
    standard_cost = models.DecimalField(
        max_digits=18, decimal_places=6, default=0
    )  # per stock unit, for margins
    attributes = models.JSONField(default=dict, blank=True)
    search = models.TextField(editable=False, default="")  # code, name and every reference, upper case
    version = models.PositiveIntegerField(default=1)

    objects = LockableQuerySet["Item"].as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["gtin"], condition=~Q(gtin=""), name="item_gtin_unique"),
            models.CheckConstraint(condition=Q(standard_cost__gte=0), name="item_cost_not_negative"),
        ]
        indexes = [
            GinIndex(OpClass("search", name="gin_trgm_ops"), name="item_search"),
            models.Index(Upper("code"), name="item_code_upper"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ItemUnit(models.Model):
    """A unit of an item as an exact fraction of its stock unit: a box of 12 is 12/1, a metre of a 100 m roll 1/100."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="units")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    numerator = models.PositiveBigIntegerField(default=1)
    denominator = models.PositiveBigIntegerField(default=1)
    gtin = models.CharField(max_length=14, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "unit"], name="item_unit_unique"),
            models.UniqueConstraint(fields=["gtin"], condition=~Q(gtin=""), name="item_unit_gtin_unique"),
            models.CheckConstraint(
                condition=Q(numerator__gte=1, denominator__gte=1), name="item_unit_factor_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} = {self.numerator}/{self.denominator}"


class ItemReference(models.Model):
    """A number by which someone else, or an older system, knows the item (MD09). Any number ever used finds it."""

    class Kind(models.TextChoices):
        CUSTOMER = "customer", "Customer's number"
        SUPPLIER = "supplier", "Supplier's number"
        LEGACY = "legacy", "Former number"

    item = models.ForeignKey(Item, models.CASCADE, related_name="references")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    party = models.ForeignKey(
        "masterdata.Party", models.CASCADE, null=True, blank=True, related_name="item_references"
    )
    source = models.CharField(max_length=40, blank=True)  # which system a former number comes from
    code = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "kind", "party", "source", Upper("code"), name="item_reference_unique", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(kind="legacy", party=None) | Q(~Q(kind="legacy"), party__isnull=False),
                name="item_reference_has_party",
            ),
        ]
        indexes = [models.Index(Upper("code"), name="item_reference_code")]

    KINDS_OF_PARTY: ClassVar = (Kind.CUSTOMER, Kind.SUPPLIER)

    def __str__(self) -> str:
        return f"{self.code} ({self.get_kind_display()})"


class Substitute(models.Model):
    """What may be delivered instead of an item, and on which terms (AT05).

    numerator/denominator stock units of the substitute stand in for one stock unit of the item.
    """

    class Kind(models.TextChoices):
        SUPERSEDED = "superseded", "Superseded"  # the item is replaced for good
        EQUIVALENT = "equivalent", "Equivalent"
        UPGRADE = "upgrade", "Upgrade"

    class Price(models.TextChoices):
        ORIGINAL = "original", "The price of what was asked for"
        OWN = "own", "Its own price"

    item = models.ForeignKey(Item, models.PROTECT, related_name="substitutes")
    substitute = models.ForeignKey(Item, models.PROTECT, related_name="stands_in_for")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    numerator = models.PositiveIntegerField(default=1)
    denominator = models.PositiveIntegerField(default=1)
    price = models.CharField(max_length=8, choices=Price.choices)
    two_way = models.BooleanField(default=False)  # the item stands in for the substitute, too
    rank = models.PositiveSmallIntegerField(default=1)  # 1 is offered first
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)  # exclusive
    note = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "substitute", "valid_from"], name="substitute_unique"),
            models.CheckConstraint(condition=~Q(item=F("substitute")), name="substitute_is_another"),
            models.CheckConstraint(
                condition=Q(numerator__gte=1, denominator__gte=1, rank__gte=1), name="substitute_positive"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="substitute_dates"
            ),
            models.CheckConstraint(
                condition=Q(two_way=False) | Q(kind="equivalent"), name="substitute_two_way"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item.code} → {self.substitute.code}"


class KitComponent(models.Model):
    """So much of an item, in its stock unit, is in one of a kit, from a day on (OC14)."""

    kit = models.ForeignKey(Item, models.PROTECT, related_name="components")
    component = models.ForeignKey(Item, models.PROTECT, related_name="component_of")
    quantity = models.DecimalField(max_digits=18, decimal_places=6)
    position = models.PositiveSmallIntegerField(default=1)  # in lists, 1 first
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)  # exclusive
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kit", "component", "valid_from"], name="kit_component_unique"),
            models.CheckConstraint(condition=~Q(kit=F("component")), name="kit_component_is_another"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, position__gte=1), name="kit_component_positive"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="kit_component_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kit.code}: {self.component.code}"
