"""What has expired is neither released, picked nor shipped, and says why; the day takes it from sale (IV05)."""

from decimal import Decimal

import pytest

from erp.kernel.models import Decision
from inventory.adjustments.actions.expire_lots import expire_lots
from inventory.adjustments.tasks import expire_day
from inventory.models import Demand, Pick, PromiseEvent, Shipment, SiteStock, StatusChange, StockBalance
from inventory.outbound.actions.cancel_shipment import cancel_shipment
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.outbound.actions.count_pick import count_pick
from inventory.outbound.actions.record_picks import Picked, record_picks
from inventory.outbound.actions.release_groups import release_groups
from inventory.outbound.errors import LotTooOld, PickRefused, ReleaseRefused
from masterdata.models import Item
from orders.entry.rules import LineRequest
from orders.models import SalesOrder
from tests.inventory.lots import expire, shelved
from tests.orders.books import assert_proven
from tests.trade import Trade, trade

D = Decimal


@pytest.fixture
def shop(db: None) -> Trade:
    return trade(items=3)


@pytest.fixture
def milk(shop: Trade) -> Item:
    """Six expire in a week, ten in two months."""
    return shelved(shop, (7, 6), (60, 10))


def ordered(shop: Trade, item: Item, quantity: int) -> SalesOrder:
    return SalesOrder.objects.get(pk=shop.submit([LineRequest(item.pk, D(quantity))]).order_id)


def lots_of(shipment_id: int) -> list[tuple[str, Decimal]]:
    picks = Pick.objects.filter(shipment=shipment_id).order_by("pk")
    return [(pick.balance.lot.code, pick.quantity) for pick in picks]


def by_status(item: Item) -> dict[tuple[str, str], Decimal]:
    rows = StockBalance.objects.filter(item=item).exclude(quantity=0)
    return {(row.lot.code, row.status): row.quantity for row in rows}


def test_release_takes_what_is_good_and_says_what_it_left(shop: Trade, milk: Item) -> None:
    order = ordered(shop, milk, 16)
    expire(milk)
    shipment = shop.release(order.pk)
    assert lots_of(shipment) == [("L2", 10)]
    why = Decision.objects.get(verb="inventory.release_groups", subject_id=shipment).outcome
    demand = Demand.objects.get(group=order.group_id)
    assert [(int(one), D(quantity)) for one, quantity in why["too_old"]] == [(demand.pk, 6)]


def test_where_all_of_it_is_too_old_the_order_stays_and_says_so(shop: Trade) -> None:
    item = shelved(shop, (7, 6))
    order = ordered(shop, item, 2)
    expire(item)
    with pytest.raises(ReleaseRefused, match="lies in lots that expire before"):
        shop.release(order.pk)
    ((_document, reason),) = release_groups(shop.by(), group_ids=[order.group_id]).refused
    assert reason.startswith("all that is reserved lies in lots that expire before")
    assert not Shipment.objects.exists()


def test_a_pick_of_what_has_expired_is_refused_and_recorded_short(shop: Trade, milk: Item) -> None:
    order = ordered(shop, milk, 4)
    shipment = shop.release(order.pk)
    expire(milk)
    pick = Pick.objects.get(shipment=shipment)
    with pytest.raises(PickRefused, match="lot L1 has expired"):
        record_picks(shop.by(), shipment_id=shipment)
    with pytest.raises(PickRefused, match="lot L1 has expired"):
        count_pick(shop.by(), shipment_id=shipment, pick_id=pick.pk, change=D(1))
    pick.refresh_from_db()
    assert (pick.picked, pick.counted) == (None, 0)
    record_picks(shop.by(), shipment_id=shipment, picks=[Picked(pick.pk, D(0), "expired")])
    assert by_status(milk) == {("L1", "available"): 2, ("L1", "expired"): 4, ("L2", "available"): 10}
    assert lots_of(shop.release(order.pk)) == [("L2", 4)]
    assert_proven()


def test_what_expires_in_the_dock_does_not_leave(shop: Trade, milk: Item) -> None:
    order = ordered(shop, milk, 4)
    shipment = shop.release(order.pk)
    shop.pick(shipment)
    expire(milk)
    with pytest.raises(LotTooOld, match=f"SH-{shipment} may not leave: lot L1 has expired"):
        confirm_shipments(shop.by(), shipment_ids=[shipment])
    assert Shipment.objects.get().state == "picked"
    cancel_shipment(shop.by(), shipment_id=shipment, reason="Too old")
    again = shop.release(order.pk)
    shop.pick(again)
    confirm_shipments(shop.by(), shipment_ids=[again])
    assert by_status(milk) == {("L1", "available"): 6, ("L2", "available"): 6}
    assert_proven()


def test_the_day_takes_expired_lots_from_sale_and_promises_anew(shop: Trade, milk: Item) -> None:
    order = ordered(shop, milk, 16)
    expire(milk)
    expire_day()
    change = StatusChange.objects.get()
    assert (change.target, change.row_count, change.reason) == ("expired", 1, "Lots expired")
    assert by_status(milk) == {("L1", "expired"): 6, ("L2", "available"): 10}
    stock = SiteStock.objects.get(item=milk, site=shop.world.sites[0])
    assert (stock.on_hand, stock.available, stock.reserved) == (16, 10, 10)
    demand = Demand.objects.get(group=order.group_id)
    assert (demand.reserved, demand.promised_on) == (10, None)
    assert PromiseEvent.objects.filter(demand_id=demand.pk).order_by("pk").last().cause == "blocked"
    assert expire_lots(shop.by(), site_id=shop.world.sites[0]).number == ""
    assert_proven()


def test_what_is_bound_to_a_pick_stays_until_it_is_free(shop: Trade, milk: Item) -> None:
    shipment = shop.release(ordered(shop, milk, 4).pk)
    expire(milk)
    expire_day()
    assert by_status(milk) == {("L1", "available"): 4, ("L1", "expired"): 2, ("L2", "available"): 10}
    cancel_shipment(shop.by(), shipment_id=shipment, reason="Too old")
    expire_day()
    assert by_status(milk) == {("L1", "expired"): 6, ("L2", "available"): 10}
    assert_proven()
