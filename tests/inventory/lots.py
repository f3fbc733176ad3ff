"""Goods in lots for tests: an item whose stock at the first site expires lot by lot."""

from datetime import timedelta
from decimal import Decimal

from inventory.models import Lot
from inventory.stock.actions.post_opening_stock import OpeningLine, post_opening_stock
from masterdata.models import Bin, Item
from tests.factories import local_day
from tests.orders.kits import part
from tests.trade import Trade


def shelved(shop: Trade, *lots: tuple[int, int]) -> Item:
    """So many pieces in each lot, which expires in so many days: L1, L2 and so on, in the first bin."""
    item = part(shop, 0, lot_tracked=True)
    place = Bin.objects.filter(site=shop.world.sites[0]).order_by("pk")[0]
    rows = []
    for number, (days, quantity) in enumerate(lots, 1):
        lot = Lot.objects.create(item=item, code=f"L{number}", expires_on=local_day() + timedelta(days=days))
        rows.append(OpeningLine(item.pk, place.pk, Decimal(quantity), Decimal(6 * quantity), lot_id=lot.pk))
    post_opening_stock(shop.by(), site_id=shop.world.sites[0], lines=rows)
    return item


def expire(item: Item, code: str = "L1") -> None:
    """The lot expired two days ago."""
    Lot.objects.filter(item=item, code=code).update(expires_on=local_day() - timedelta(days=2))
