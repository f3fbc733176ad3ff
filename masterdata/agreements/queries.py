"""Prices as data, for those who may see them."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from masterdata.items.models import Item
from masterdata.parties.models import Customer
from masterdata.parties.queries import groups_above

from .models import Coupon, CustomerPriceScope, Price, PriceScope, SupplierRebate
from .policies import CHANGE_ALONE, SET_ALONE
from .rules import change_percent

LOOKED_BACK = timedelta(days=30)  # so that small steps do not add up to a large one


def price_scope_list(*, user: Any) -> QuerySet[PriceScope]:
    """Lists, group terms and agreements of the companies in scope."""
    rows = PriceScope.objects.visible_to(user).select_related("company")
    return rows if user.has_perm("masterdata.view_price") else rows.none()


def price_list(*, user: Any) -> QuerySet[Price]:
    """Prices of the scopes in scope, with what they are for."""
    rows = Price.objects.select_related("scope", "item", "item_class", "free_item")
    return rows.filter(scope__in=price_scope_list(user=user))


def prices_of_item(*, user: Any, item: Item, on: date) -> QuerySet[Price]:
    """What holds for an item on a day: its own prices, contract first, then by quantity."""
    holds = Q(valid_to=None) | Q(valid_to__gt=on)
    rows = price_list(user=user).filter(holds, item=item, valid_from__lte=on)
    return rows.order_by("scope__kind", "scope__code", "min_quantity")


def jobs_of(customer: Customer, *, on: date) -> list[str]:
    """Jobs for which something is agreed with the customer on a day."""
    holds = Q(valid_to=None) | Q(valid_to__gt=on)
    rows = CustomerPriceScope.objects.filter(holds, customer=customer, valid_from__lte=on).exclude(job="")
    return sorted(set(rows.values_list("job", flat=True)))


def changes_by_proposal(scope: PriceScope, *, on: date) -> bool:
    """Whether a second person has to agree to a new price from a day on: somebody buys at the set then."""
    if SET_ALONE.value(company=scope.company_id):
        return False
    holds = Q(valid_to=None) | Q(valid_to__gt=on)
    return scope.customers.filter(holds).exists() or scope.coupons.filter(holds).exists()


def within_change_alone(
    scope: PriceScope, *, target: int, min_quantity: Decimal, method: str, value: Decimal, unit: str, on: date
) -> bool:
    """Whether the price stays as near as one person may move it to each that it follows, up to 30 days back.

    What follows none, or another kind of price, does not.
    """
    most = CHANGE_ALONE.value(company=scope.company_id)
    rows = Price.objects.filter(scope=scope, target=target, min_quantity=min_quantity, valid_from__lte=on)
    recent = rows.filter(Q(valid_to=None) | Q(valid_to__gt=on - LOOKED_BACK))
    before = list(recent.values_list("method", "value", "unit_id"))
    moves = [
        change_percent(method=method, before=was, value=value)
        if (kind, per or "") == (method, unit)
        else None
        for kind, was, per in before
    ]
    return bool(moves) and all(move is not None and move <= most for move in moves)


def holders_of(*, user: Any) -> QuerySet[CustomerPriceScope]:
    """Who gets which prices, nearest first: customers, their ship-tos and jobs, and groups."""
    rows = CustomerPriceScope.objects.filter(scope__in=price_scope_list(user=user))
    parts = ("scope", "customer__party", "group", "ship_to")
    return rows.select_related(*parts).order_by(
        "nearness", "customer__party__code", "group__code", "valid_from"
    )


def coupon_list(*, user: Any) -> QuerySet[Coupon]:
    """Coupons of the companies in scope, with the promotion that each opens."""
    rows = Coupon.objects.visible_to(user).select_related("company", "scope__funded_by__party")
    return rows.order_by("-valid_from", "code")


def assignments_of(*, user: Any, customer: Customer) -> QuerySet[CustomerPriceScope]:
    """The prices a customer gets, itself or by its groups, the strongest first."""
    mine = Q(customer=customer) | Q(
        group__in=groups_above(customer.group_id), scope__company=customer.company_id
    )
    rows = CustomerPriceScope.objects.select_related("scope", "group", "ship_to").filter(mine)
    return rows.filter(scope__in=price_scope_list(user=user)).order_by("rank", "nearness", "scope__code")


def rebate_list(*, user: Any) -> QuerySet[SupplierRebate]:
    """Rebates of the companies in scope, with who pays and for what."""
    rows = SupplierRebate.objects.visible_to(user)
    return rows.select_related("company", "supplier__party", "item", "item_class")
