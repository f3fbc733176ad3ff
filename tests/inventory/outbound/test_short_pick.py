from datetime import date
from decimal import Decimal

import pytest

from erp.kernel.models import Decision
from erp.kernel.proofs import prove, results_of
from inventory.models import (
    Commitment,
    Demand,
    Pick,
    PromiseEvent,
    Shipment,
    SiteStock,
    StockBalance,
    StockEntry,
    StockPosting,
    Supply,
)
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.outbound.actions.record_picks import Picked, record_picks
from inventory.outbound.errors import PickRefused
from orders.entry.rules import LineRequest
from tests.support import count_statements
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade()


def released(shop: Trade, quantity: int) -> Pick:
    shipment_id = shop.release(shop.submit([LineRequest(shop.world.items[0], Decimal(quantity))]).order_id)
    return Pick.objects.get(shipment=shipment_id)


def short(shop: Trade, pick: Pick, found: int) -> None:
    record_picks(shop.by(), shipment_id=pick.shipment_id, picks=[Picked(pick.pk, Decimal(found), "empty")])


def stock_of(shop: Trade) -> SiteStock:
    return SiteStock.objects.get(item=shop.world.items[0], site=shop.world.sites[0])


def assert_proven() -> None:
    run = prove()
    assert run.green, [result for result in results_of(run) if not result.green]


def test_missing_goods_go_on_hold_and_the_demand_is_served_from_free_stock(shop):
    pick = released(shop, 10)
    value = stock_of(shop).value
    short(shop, pick, 6)
    stock = stock_of(shop)
    assert (stock.on_hand, stock.available, stock.reserved) == (1_000_000, 999_996, 10)
    assert stock.value == value
    held = StockBalance.objects.get(item=pick.balance.item, bin=pick.balance.bin, status="hold")
    assert (held.quantity, held.allocated) == (4, 0)
    source = StockBalance.objects.get(pk=pick.balance_id)
    assert (source.quantity, source.allocated) == (999_996, 6)
    posting = StockPosting.objects.get(kind="move")
    entries = StockEntry.objects.filter(posting_id=posting.pk).order_by("id")
    assert [(entry.status, entry.quantity) for entry in entries] == [("available", -4), ("hold", 4)]
    assert sum(entry.value for entry in entries) == 0 != entries[1].value
    demand = Demand.objects.get()
    assert (demand.reserved, demand.picked) == (10, 6)
    assert Commitment.objects.get().quantity == 10
    assert Shipment.objects.get().state == "picked"
    why = Decision.objects.get(verb="inventory.record_picks").outcome
    assert why["missing"][0][3:] == ["4.000000", "empty"]
    assert_proven()


def test_the_replanned_part_can_be_released_while_the_first_is_still_in_the_house(shop):
    pick = released(shop, 10)
    short(shop, pick, 6)
    again = shop.release(Shipment.objects.get().group.order.pk)
    assert Pick.objects.get(shipment=again).quantity == 4
    shop.pick(again)
    confirm_shipments(shop.by(), shipment_ids=[pick.shipment_id, again])
    demand = Demand.objects.get()
    assert (demand.shipped, demand.reserved) == (10, 0)
    assert_proven()


def test_without_free_stock_a_supply_is_promised_and_the_date_moves(shop):
    SiteStock.objects.filter(item=shop.world.items[0]).update(reserved=999_990)
    pick = released(shop, 10)
    due = date(2027, 3, 1)
    supply = Supply.objects.create(
        item_id=shop.world.items[0], site_id=shop.world.sites[0], document="PO-1", expected=3, due_on=due
    )
    short(shop, pick, 6)
    demand = Demand.objects.get()
    assert (demand.reserved, demand.promised_on) == (6, None)  # one of four has no supply at all
    assert sorted(Commitment.objects.values_list("supply_id", "quantity"), key=str) == [
        (supply.pk, 3),
        (None, 6),
    ]
    supply.refresh_from_db()
    assert supply.committed == 3
    event = PromiseEvent.objects.get(cause="short_pick")
    assert (event.old_on, event.new_on) == (demand.first_promised_on, None)
    assert stock_of(shop).reserved == 999_996


def test_nothing_found_cancels_the_shipment(shop):
    pick = released(shop, 5)
    short(shop, pick, 0)
    assert Shipment.objects.get().state == "cancelled"
    assert StockBalance.objects.get(pk=pick.balance_id).allocated == 0
    demand = Demand.objects.get()
    assert (demand.reserved, demand.picked) == (5, 0)
    assert_proven()


@pytest.mark.parametrize("reason", ["", "because"])
def test_a_short_pick_needs_a_reason_of_the_list(shop, reason):
    pick = released(shop, 5)
    with pytest.raises(PickRefused):
        record_picks(shop.by(), shipment_id=pick.shipment_id, picks=[Picked(pick.pk, Decimal(1), reason)])
    assert not StockPosting.objects.filter(kind="move").exists()
    assert Demand.objects.get().picked == 0


def test_statements_do_not_depend_on_the_number_of_shorts():
    shop = trade(items=500)
    counts = []
    for lines in (1, 1, 10, 500):
        shipment_id = shop.release(
            shop.submit([LineRequest(i, Decimal(2)) for i in shop.world.items[:lines]]).order_id
        )
        ids = Pick.objects.filter(shipment=shipment_id).values_list("pk", flat=True)
        picks = [Picked(pk, Decimal(1), "empty") for pk in ids]
        with count_statements() as counted:
            record_picks(shop.by(), shipment_id=shipment_id, picks=picks)
        counts.append(counted.statements)
    assert counts[1] == counts[2] == counts[3] <= 24
