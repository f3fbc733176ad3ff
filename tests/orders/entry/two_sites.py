"""An order that leaves from two sites, for tests of what becomes of it (AT08)."""

from decimal import Decimal

from erp.kernel.command import By
from inventory.models import DemandGroup, SiteStock
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.outbound.actions.release_groups import release_groups
from masterdata.models import Item
from orders.entry.actions.amend_order import AmendedOrder, amend_order
from orders.entry.amending import Amendment, LineChange
from orders.entry.rules import LineRequest
from orders.models import SalesOrder
from tests.orders.substitutes import priced
from tests.trade import Trade, trade

A, B = 0, 1  # the order's own site, and the other


def shop_of_two() -> Trade:
    """Items at 10, 20, 40 and 80, of 2.5 kg each; plenty of them at both sites."""
    made = trade(items=4)
    priced(made, 10, 20, 40, 80)
    Item.objects.update(weight_kg=Decimal("2.5"))
    return made


def of(shop: Trade, item: int, quantity: int, site: int | None = None) -> LineRequest:
    at = None if site is None else shop.world.sites[site]
    return LineRequest(shop.world.items[item], Decimal(quantity), site_id=at)


def split(shop: Trade, **changes: object) -> SalesOrder:
    """Three of the first item from here, two of the second from the other site: 30 and 40."""
    made = shop.submit([of(shop, 0, 3), of(shop, 1, 2, B)], **changes)
    return SalesOrder.objects.get(pk=made.order_id)


def group(shop: Trade, order: SalesOrder, site: int) -> DemandGroup:
    return DemandGroup.objects.get(document=order.number, site=shop.world.sites[site])


def release(shop: Trade, order: SalesOrder, site: int) -> int:
    ids = [group(shop, order, site).pk]
    (shipment_id,) = release_groups(shop.by(), group_ids=ids, strict=True).shipment_ids
    return shipment_id


def ship(shop: Trade, order: SalesOrder, site: int) -> int:
    shipment_id = release(shop, order, site)
    shop.pick(shipment_id)
    confirm_shipments(shop.by(), shipment_ids=[shipment_id])
    return shipment_id


def reserved(shop: Trade, item: int) -> list[Decimal]:
    """Of the item, at both sites."""
    rows = SiteStock.objects.filter(item=shop.world.items[item], site__in=shop.world.sites)
    return list(rows.order_by("site").values_list("reserved", flat=True))


def left(shop: Trade, item: int, site: int, quantity: int) -> None:
    """Leave so many of the item free at the site."""
    rows = SiteStock.objects.filter(item=shop.world.items[item], site=shop.world.sites[site])
    rows.update(reserved=1_000_000 - quantity)


def amend(
    shop: Trade, order: SalesOrder, *lines: LineChange, by: By | None = None, **header: object
) -> AmendedOrder:
    order.refresh_from_db()
    amendment = Amendment(lines=list(lines), **header)
    return amend_order(by or shop.by(), order_id=order.pk, version=order.version, amendment=amendment)
