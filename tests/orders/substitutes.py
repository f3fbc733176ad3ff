"""A shop whose first item is short and has substitutes, for tests of every step."""

from datetime import date
from decimal import Decimal

from inventory.models import SiteStock
from masterdata.models import Price, Substitute
from masterdata.policies import snapshot
from orders.entry.policies import SUBSTITUTION_CONSENT
from tests.factories import LONG_AGO
from tests.trade import Trade, trade


def consents(answer: str, scope: str = "*") -> None:
    """What customers say to substitutes: always, ask or never."""
    values = {(SUBSTITUTION_CONSENT.key, scope): [(LONG_AGO, None, answer)]}
    snapshot.assume(snapshot.Snapshot(values=values))


def left(shop: Trade, item: int, quantity: int) -> None:
    """Leave so many of an item free at the first site."""
    stock = SiteStock.objects.get(item=shop.world.items[item], site=shop.world.sites[0])
    SiteStock.objects.filter(pk=stock.pk).update(reserved=stock.available - quantity)


def stands_in(shop: Trade, item: int, other: int, **terms: object) -> Substitute:
    """The item at one place of the world may be replaced by that at another, since long ago."""
    given = {"kind": "equivalent", "price": "original", "valid_from": LONG_AGO, **terms}
    return Substitute.objects.create(
        item_id=shop.world.items[item], substitute_id=shop.world.items[other], **given
    )


def priced(shop: Trade, *values: int) -> None:
    """List prices of the first items, and no others."""
    scope = Price.objects.filter(scope__kind="list").first().scope
    Price.objects.all().delete()
    for item, value in zip(shop.world.items, values, strict=False):
        Price.objects.create(
            scope=scope, item_id=item, value=Decimal(value), unit_id="EA", valid_from=date(2020, 1, 1)
        )


def short_shop(free: int = 0) -> Trade:
    """Items at 10, 20 and 40; `free` of the first are left, and the second stands in for it."""
    shop = trade()
    priced(shop, 10, 20, 40)
    left(shop, 0, free)
    stands_in(shop, 0, 1)
    return shop
