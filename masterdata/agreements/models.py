"""Prices as data: lists, group terms and customer agreements, one dated table, resolved in one query (design.md 18)."""

from decimal import Decimal
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Coalesce, Now

from erp.kernel.access import ScopedQuerySet
from masterdata.agreements.permissions import VIEW_PRICE, VIEW_REBATE


class PriceScope(models.Model):
    """A set of prices and what it is: a list, the terms of a matrix, an agreement, or a promotion."""

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_PRICE,)

    class Kind(models.TextChoices):
        AGREEMENT = "agreement", "Customer agreement"
        GROUP = "group", "Group terms"
        LIST = "list", "Price list"
        PROMOTION = "promotion", "Promotion"

    class Stacking(models.TextChoices):
        ALONE = "alone", "Instead of list and terms, where it is cheaper"
        ON_TERMS = "on_terms", "On top of list and terms, never of an agreement"
        ON_ALL = "on_all", "On top of everything, agreements included"
        FREE = "free", "Adds free goods, never with an agreement"
        FREE_ALL = "free_all", "Adds free goods, agreements included"

    # Contract before group terms before list; the first scope with a price for the item wins. Promotions then
    # change what was found, as their stacking says.
    RANK: ClassVar = {Kind.AGREEMENT: 1, Kind.GROUP: 2, Kind.LIST: 3, Kind.PROMOTION: 4}

    company = models.ForeignKey("masterdata.Company", models.PROTECT, related_name="price_scopes")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    code = models.CharField(max_length=30)
    name = models.CharField(max_length=120)
    currency = models.CharField(max_length=3)
    stacking = models.CharField(max_length=10, choices=Stacking.choices, blank=True, db_default="")
    funded_by = models.ForeignKey(
        "masterdata.Supplier", models.PROTECT, null=True, blank=True, related_name="promotions"
    )
    funding_percent = models.DecimalField(
        max_digits=5, decimal_places=2, default=0, db_default=0
    )  # of what the promotion takes off
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["PriceScope"].as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["company", "code"], name="price_scope_unique"),
            models.CheckConstraint(
                condition=Q(kind="promotion") & ~Q(stacking="")
                | ~Q(kind="promotion") & Q(stacking="", funded_by=None),
                name="price_scope_stacks_as_promotion",
            ),
            models.CheckConstraint(
                condition=Q(funding_percent=0) | Q(funding_percent__range=(0, 100), funded_by__isnull=False),
                name="price_scope_funding",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class CustomerPriceScope(models.Model):
    """Who gets a set of prices, and when: one customer (at one ship-to or for one job, where named), or a node.

    A node is a customer group with every group below it. `holder` is what the one query looks for: the customer's
    id, or minus the group's id. `nearness` decides between sets of one rank: job, ship-to, customer, node.
    """

    customer = models.ForeignKey(
        "masterdata.Customer", models.CASCADE, null=True, blank=True, related_name="price_scopes"
    )
    group = models.ForeignKey(
        "masterdata.CustomerGroup", models.CASCADE, null=True, blank=True, related_name="price_scopes"
    )
    ship_to = models.ForeignKey(
        "masterdata.ShipTo", models.CASCADE, null=True, blank=True, related_name="price_scopes"
    )
    job = models.CharField(max_length=30, blank=True, db_default="")  # as the customer calls it, upper case
    holder = models.GeneratedField(
        expression=Coalesce(F("customer_id"), F("group_id") * Value(-1)),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    nearness = models.GeneratedField(
        expression=Case(
            When(~Q(job=""), then=Value(0)),
            When(ship_to__isnull=False, then=Value(1)),
            When(customer__isnull=False, then=Value(2)),
            default=Value(3),
        ),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )
    scope = models.ForeignKey(PriceScope, models.CASCADE, related_name="customers")
    rank = (
        models.PositiveSmallIntegerField()
    )  # PriceScope.RANK, so that the query sorts without another table
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)  # exclusive
    version = models.PositiveIntegerField(default=1, db_default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["holder", "scope", "ship_to", "job", "valid_from"],
                name="customer_price_scope_unique",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(customer__isnull=False, group=None)
                | Q(customer=None, group__isnull=False, ship_to=None, job=""),
                name="customer_price_scope_has_one_holder",
            ),
        ]
        indexes = [models.Index(fields=["holder", "rank", "scope"], name="customer_price_scope_rank")]

    def __str__(self) -> str:
        return f"{self.holder} gets {self.scope_id}"


class Price(models.Model):
    """One price or discount of a scope for one item or one item class, from a quantity and a date on.

    `target` is what the one query looks for: the item's id, or minus the class's id.
    """

    class Method(models.TextChoices):
        NET = "net", "Net price"
        DISCOUNT = "discount", "Discount"  # percent off list; of a promotion: off what was found
        MARKUP = "markup", "Mark-up on cost"  # percent on replacement cost
        COST_PLUS = "cost_plus", "Cost plus an amount"  # money per unit on replacement cost
        FREE = "free", "Free goods"  # so many for each `min_quantity`, by a promotion that adds free goods

    scope = models.ForeignKey(PriceScope, models.CASCADE, related_name="prices")
    item = models.ForeignKey("masterdata.Item", models.CASCADE, null=True, blank=True, related_name="prices")
    item_class = models.ForeignKey(
        "masterdata.ItemClass", models.CASCADE, null=True, blank=True, related_name="prices"
    )
    target = models.GeneratedField(
        expression=Coalesce(F("item_id"), F("item_class_id") * Value(-1)),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    method = models.CharField(max_length=10, choices=Method.choices, default=Method.NET)
    value = models.DecimalField(
        max_digits=18, decimal_places=6
    )  # per unit in the scope's currency, or percent; of free goods how many
    # What is free, counted in its stock unit; null: the same item, counted in `unit`.
    free_item = models.ForeignKey(
        "masterdata.Item", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    unit = models.ForeignKey("masterdata.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    min_quantity = models.DecimalField(max_digits=18, decimal_places=6, default=0)  # in `unit`
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)  # exclusive
    reason = models.CharField(max_length=120, blank=True)
    recorded_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(item=None, item_class__isnull=False) | Q(item__isnull=False, item_class=None),
                name="price_has_one_target",
            ),
            models.CheckConstraint(
                condition=Q(method="discount", value__range=(0, 100))
                | Q(method="net", value__gte=0, unit__isnull=False, item__isnull=False)
                | Q(method__in=("markup", "cost_plus"), value__gte=0)
                | Q(method="free", value__gt=0, min_quantity__gt=0, unit__isnull=False, item__isnull=False),
                name="price_value_fits_method",
            ),
            models.CheckConstraint(condition=Q(free_item=None) | Q(method="free"), name="price_free_item"),
            models.CheckConstraint(condition=Q(min_quantity__gte=0), name="price_quantity_not_negative"),
            ExclusionConstraint(
                name="price_dates_do_not_overlap",
                expressions=[
                    ("scope", RangeOperators.EQUAL),
                    ("target", RangeOperators.EQUAL),
                    ("min_quantity", RangeOperators.EQUAL),
                    (
                        Func("valid_from", "valid_to", function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes = [models.Index(fields=["scope", "target", "valid_from"], name="price_lookup")]

    def __str__(self) -> str:
        return f"{self.scope_id} {self.target} from {self.min_quantity}"


class Allowance(models.Model):
    """How much of a set of prices may still be used: of an item (an agreement's cap), or in money (a budget).

    `commitment` is what the customer undertook to take; what is left of it is `commitment - used`. Quantities are
    in the item's stock unit, money in the currency of the scope. `used` has one writer, orders/pricing.
    """

    scope = models.ForeignKey(PriceScope, models.PROTECT, related_name="allowances")
    item = models.ForeignKey(
        "masterdata.Item", models.PROTECT, null=True, blank=True, related_name="allowances"
    )
    most = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    commitment = models.DecimalField(max_digits=18, decimal_places=6, default=0, db_default=0)
    used = models.DecimalField(max_digits=18, decimal_places=6, default=0, db_default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "item"], name="allowance_unique", nulls_distinct=False),
            models.CheckConstraint(
                condition=Q(used__gte=0, commitment__gte=0) & (Q(most=None) | Q(used__lte=F("most"))),
                name="allowance_used",
            ),
            models.CheckConstraint(
                condition=Q(most__gte=0) | Q(most=None, commitment__gt=0), name="allowance_means_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.used} of {self.most} of {self.scope_id}"

    @property
    def left(self) -> Decimal | None:
        """What may still be used; None without a cap."""
        return None if self.most is None else self.most - self.used

    @property
    def owed(self) -> Decimal:
        """What the customer has still to take of its commitment."""
        return max(self.commitment - self.used, Decimal(0))


class Coupon(models.Model):
    """A code that opens a promotion for the order it is keyed with, whoever the customer is.

    `used` has one writer, orders/pricing; what one customer has used is counted on its orders.
    """

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_PRICE,)

    company = models.ForeignKey("masterdata.Company", models.PROTECT, related_name="+")
    scope = models.ForeignKey(PriceScope, models.PROTECT, related_name="coupons")
    code = models.CharField(max_length=30)  # upper case
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)  # exclusive
    most_uses = models.PositiveIntegerField(null=True, blank=True)  # orders, of all customers
    most_per_customer = models.PositiveIntegerField(null=True, blank=True)
    used = models.PositiveIntegerField(default=0, db_default=0)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["Coupon"].as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["company", "code"], name="coupon_unique"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="coupon_dates"
            ),
            models.CheckConstraint(
                condition=Q(most_uses=None) | Q(used__lte=F("most_uses")), name="coupon_used"
            ),
            models.CheckConstraint(
                condition=(Q(most_uses=None) | Q(most_uses__gte=1))
                & (Q(most_per_customer=None) | Q(most_per_customer__gte=1)),
                name="coupon_means_something",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def left(self) -> int | None:
        """How many more orders may carry it; None: any number."""
        return None if self.most_uses is None else self.most_uses - self.used


class SupplierRebate(models.Model):
    """A supplier pays a part of what an item, or a class of items, costs back, from a day on.

    It comes off the replacement cost on which margins and floors are taken. `target` is what the one query looks for:
    the item's id, or minus the class's id.
    """

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_REBATE,)

    class Method(models.TextChoices):
        PERCENT = "percent", "Percent of the standard cost"
        AMOUNT = "amount", "Amount per stock unit"

    company = models.ForeignKey("masterdata.Company", models.PROTECT, related_name="supplier_rebates")
    supplier = models.ForeignKey("masterdata.Supplier", models.PROTECT, related_name="rebates")
    item = models.ForeignKey("masterdata.Item", models.PROTECT, null=True, related_name="supplier_rebates")
    item_class = models.ForeignKey(
        "masterdata.ItemClass", models.PROTECT, null=True, related_name="supplier_rebates"
    )
    target = models.GeneratedField(
        expression=Coalesce(F("item_id"), F("item_class_id") * Value(-1)),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    method = models.CharField(max_length=7, choices=Method.choices)
    value = models.DecimalField(
        max_digits=18, decimal_places=6
    )  # percent, or company currency per stock unit
    reference = models.CharField(max_length=40, blank=True)  # the supplier's number of the agreement
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # exclusive
    reason = models.CharField(max_length=120)
    set_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField(db_default=Now())

    objects = ScopedQuerySet["SupplierRebate"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(item=None, item_class__isnull=False) | Q(item__isnull=False, item_class=None),
                name="rebate_has_one_target",
            ),
            models.CheckConstraint(
                condition=Q(value__gt=0) & (Q(method="amount") | Q(value__lte=100)), name="rebate_value"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="rebate_dates"
            ),
            ExclusionConstraint(
                name="rebate_dates_do_not_overlap",
                expressions=[
                    ("supplier", RangeOperators.EQUAL),
                    ("target", RangeOperators.EQUAL),
                    (
                        Func("valid_from", "valid_to", function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes = [models.Index(fields=["company", "target", "valid_from"], name="rebate_lookup")]

    def __str__(self) -> str:
        return f"{self.supplier_id} pays {self.value} for {self.target}"
