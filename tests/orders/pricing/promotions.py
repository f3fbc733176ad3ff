"""Promotions for tests: with a coupon, with free goods, as a data steward sets them up."""

from datetime import date
from decimal import Decimal
from typing import Any

from erp.kernel.command import By
from masterdata.agreements.actions.assign_price_scope import assign_price_scope
from masterdata.agreements.actions.create_price_scope import create_price_scope
from masterdata.agreements.actions.issue_coupon import issue_coupon
from masterdata.agreements.actions.set_price import set_price
from masterdata.models import Item
from tests import factories as make
from tests.trade import Trade

JAN = date(2026, 1, 1)


def steward() -> By:
    return By(make.actor("data_steward"))


def promotion(shop: Trade, *, stacking: str, **more: Any) -> int:
    """A promotion that nobody gets yet."""
    made = create_price_scope(
        steward(), company_id=shop.world.company_id, kind="promotion", code=f"PROMO{make.number()}",
        name="Spring action", stacking=stacking, **more,
    )  # fmt: skip
    return made.scope_id


def free_goods(
    shop: Trade,
    item: Item,
    *,
    bought: object = 10,
    free: object = 1,
    stacking: str = "free",
    free_item: Item | None = None,
    unit: str = "",
    to: bool = True,
) -> int:
    """So many free for so many bought; the first customer gets it, unless not `to`."""
    scope = promotion(shop, stacking=stacking)
    set_price(
        steward(), scope_id=scope, item_id=item.pk, method="free", value=Decimal(str(free)), valid_from=JAN, unit=unit,
        min_quantity=Decimal(str(bought)), free_item_id=free_item.pk if free_item else None,
    )  # fmt: skip
    if to:
        assign_price_scope(steward(), scope_id=scope, valid_from=JAN, customer_id=shop.world.customers[0])
    return scope


def coupon(shop: Trade, item: Item, code: str = "SAVE10", *, percent: object = 10, **limits: Any) -> int:
    """A code for some percent off an item, whatever it costs; the promotion's id."""
    scope = promotion(shop, stacking="on_all")
    set_price(
        steward(),
        scope_id=scope,
        item_id=item.pk,
        method="discount",
        value=Decimal(str(percent)),
        valid_from=JAN,
    )
    issue_coupon(steward(), scope_id=scope, code=code, **{"valid_from": JAN, **limits})
    return scope
