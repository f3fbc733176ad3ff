"""Prices as data: lists, group terms and customer agreements, one dated table, resolved in one query (design.md 18)."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce, Now

from erp.kernel.access import ScopedQuerySet
from masterdata.agreements.permissions import VIEW_PRICE


class PriceScope(models.Model):
    """Who a set of prices is for: everyone (a list), a customer group, or one customer (an agreement)."""

    SCOPE: ClassVar = {"company": "company_id"}
    READ: ClassVar = (VIEW_PRICE,)

    class Kind(models.TextChoices):
        AGREEMENT = "agreement", "Customer agreement"
        GROUP = "group", "Group terms"
        LIST = "list", "Price list"

    # Contract before group terms before list; the first scope with a price for the item wins.
    RANK: ClassVar = {Kind.AGREEMENT: 1, Kind.GROUP: 2, Kind.LIST: 3}

    company = models.ForeignKey("masterdata.Company", models.PROTECT, related_name="price_scopes")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    code = models.CharField(max_length=30)
    name = models.CharField(max_length=120)
    currency = models.CharField(max_length=3)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["PriceScope"].as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["company", "code"], name="price_scope_unique")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class CustomerPriceScope(models.Model):
    """The closure: every scope whose prices a customer may get, with dates. Kept by assign_price_scope."""

    customer = models.ForeignKey("masterdata.Customer", models.CASCADE, related_name="price_scopes")
    scope = models.ForeignKey(PriceScope, models.CASCADE, related_name="customers")
    rank = models.PositiveSmallIntegerField()  # PriceScope.RANK, so that the query needs no other table
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)  # exclusive

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "scope", "valid_from"], name="customer_price_scope_unique"
            )
        ]
        indexes = [models.Index(fields=["customer", "rank", "scope"], name="customer_price_scope_rank")]

    def __str__(self) -> str:
        return f"{self.customer_id} gets {self.scope_id}"


class Price(models.Model):
    """One price or discount of a scope for one item or one item class, from a quantity and a date on.

    `target` is what the one query looks for: the item's id, or minus the class's id.
    """

    class Method(models.TextChoices):
        NET = "net", "Net price"
        DISCOUNT = "discount", "Discount on list"  # value is a percentage

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
    )  # per unit in the scope's currency, or percent
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
                | Q(method="net", value__gte=0, unit__isnull=False, item__isnull=False),
                name="price_value_fits_method",
            ),
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
