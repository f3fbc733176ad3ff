"""What is bought for one order is kept for it: at the purchase, the receipt, in runs and when others cancel (OC12)."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from erp.kernel.errors import BadInput, NotFound, NotPermitted
from erp.kernel.models import OutboxEntry
from inventory.models import Commitment, Demand, PromiseEvent, PurchaseOrder, Supply
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.outbound.actions.record_picks import Picked, record_picks
from inventory.outbound.actions.reverse_shipment import reverse_shipment
from inventory.purchasing.actions.buy_lines import Buy, buy_lines
from inventory.purchasing.actions.cancel_purchase_line import cancel_purchase_line
from inventory.purchasing.errors import NotToBuy
from inventory.purchasing.needs import needs_of, to_buy_list
from masterdata.models import CatalogueItem, Item
from orders.entry.actions.amend_order import amend_order
from orders.entry.actions.cancel_order import cancel_order
from orders.entry.amending import Amendment, LineChange
from orders.entry.rules import LineRequest
from orders.holds.actions.place_hold import place_hold
from orders.models import ReallocationItem, SalesOrder
from orders.orchestration.actions.decide_run import commit_run
from orders.orchestration.actions.propose_run import propose_run
from orders.orchestration.actions.share_item import share_item
from orders.orchestration.errors import NothingScarce
from tests.factories import actor, item_unit, user
from tests.inventory.dropship.buying import (
    DUE,
    all_green,
    buy,
    coming,
    ledger,
    receive,
    scarce,
    seller,
    wants,
)
from tests.support import count_statements, in_turn
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade(items=4)


@pytest.fixture(autouse=True)
def proven() -> Iterator[None]:
    yield
    assert all_green()


def version_of(order_id: int) -> int:
    return SalesOrder.objects.values_list("version", flat=True).get(pk=order_id)


def to_buy(buyer: str = "procurement") -> list[tuple[int, int]]:
    rows = to_buy_list(user=user(buyer)).order_by("pk")
    return [(row.pk, int(row.to_buy)) for row in rows]


def test_a_special_order_takes_no_stock_and_waits_to_be_bought(shop):
    made, demand = wants(shop, 5, "special")
    assert ledger(demand) == (0, 0, 0, 0)
    assert (demand.supply_method, demand.promised_on, demand.first_promised_on) == ("special", None, None)
    assert not Commitment.objects.exists()
    assert made.holds == []
    assert to_buy() == [(demand.pk, 5)]


def test_the_purchase_is_kept_for_its_demand_and_gives_it_a_date(shop):
    _order, demand = wants(shop, 5, "special")
    made = buy(shop, demand)
    commitment = Commitment.objects.get()
    assert (commitment.demand_id, commitment.kind, commitment.quantity) == (demand.pk, "earmarked", 5)
    line = PurchaseOrder.objects.get().lines.get()
    assert (line.demand_id, line.supply_id, line.unit_cost) == (
        demand.pk,
        commitment.supply_id,
        Decimal("2.5"),
    )
    demand.refresh_from_db()
    assert demand.promised_on == commitment.promised_on == DUE
    assert coming(made) == (5, 0, 0, 5)
    events = PromiseEvent.objects.order_by("pk").values_list("cause", "old_on", "new_on")
    assert list(events) == [("first", None, None), ("resourced", None, DUE)]
    assert to_buy() == []


def test_what_a_box_has_too_much_is_anyones(shop):
    # given a box of twelve for five that are wanted, and somebody who waits for the item
    scarce(shop, 0)
    item_unit(Item.objects.get(pk=shop.world.items[0]))
    _other, waits = wants(shop, 4, "")
    _order, demand = wants(shop, 5, "special")
    made = buy_lines(
        shop.by(),
        site_id=demand.site_id,
        supplier_id=seller(),
        buys=[Buy(demand.pk, Decimal(1), "BX", Decimal(30), DUE)],
    )
    found = Commitment.objects.order_by("kind").values_list("demand", "kind", "quantity")
    assert list(found) == [(demand.pk, "earmarked", 5), (waits.pk, "soft", 4)]
    assert coming(made) == (12, 0, 0, 9)


def test_the_receipt_serves_whom_it_was_bought_for_and_nobody_else(shop):
    # given a backorder that is older and of a higher priority, for an item that is out of stock
    scarce(shop, 0)
    _first, older = wants(shop, 9, "", customer=1)
    Demand.objects.filter(pk=older.pk).update(requested_on=older.requested_on - timedelta(days=30))
    _order, demand = wants(shop, 5, "special")
    made = buy(shop, demand)
    assert receive(shop, made, 5).backorders_served == 1
    assert ledger(demand)[0] == 5
    assert ledger(older)[0] == 0
    assert Commitment.objects.get().kind == "earmarked"
    assert coming(made) == (5, 5, 0, 0)


def test_a_part_of_a_box_goes_to_its_order_first(shop):
    scarce(shop, 0)
    _first, older = wants(shop, 7, "", customer=1)
    Demand.objects.filter(pk=older.pk).update(requested_on=older.requested_on - timedelta(days=30))
    _order, demand = wants(shop, 5, "special")
    made = buy(shop, demand, quantity=12)
    receive(shop, made, 6)
    assert (ledger(demand)[0], ledger(older)[0]) == (5, 1)


def test_neither_a_run_nor_what_others_let_go_moves_it(shop):
    # given all the stock there is of the item bought for one customer, and another who waits and goes first
    scarce(shop, 0)
    _order, demand = wants(shop, 5, "special")
    receive(shop, buy(shop, demand), 5)
    _first, waits = wants(shop, 9, "", customer=1)
    with pytest.raises(NothingScarce):
        propose_run(shop.by(), site_id=demand.site_id, item_ids=[], reason="key account")
    assert (ledger(demand)[0], ledger(waits)[0]) == (5, 0)
    # given three more that are free, it takes none of them either
    third, holder = wants(shop, 3, "special", customer=1)
    receive(shop, buy(shop, holder), 3)
    cancel_order(shop.by(), order_id=third.order_id, version=1, reason="no more")
    assert (ledger(demand)[0], ledger(waits)[0]) == (5, 3)
    assert set(Commitment.objects.values_list("demand", "kind")) == {
        (demand.pk, "earmarked"),
        (waits.pk, "soft"),
    }


def test_a_shipped_and_reversed_special_order_is_earmarked_still(shop):
    made, demand = wants(shop, 5, "special")
    receive(shop, buy(shop, demand), 5)
    shipment_id = shop.release(made.order_id)
    shop.pick(shipment_id)
    confirm_shipments(shop.by(), shipment_ids=[shipment_id])
    assert ledger(demand) == (0, 5, 5, 0)
    assert not Commitment.objects.exists()
    reverse_shipment(shop.by(), shipment_id=shipment_id, reason="came back")
    assert Commitment.objects.get().kind == "earmarked"
    assert to_buy() == []


def test_what_a_picker_does_not_find_is_to_be_bought_again(shop):
    made, demand = wants(shop, 5, "special")
    receive(shop, buy(shop, demand), 5)
    shipment_id = shop.release(made.order_id)
    (pick,) = demand.shipment_lines.get().picks.all()
    record_picks(shop.by(), shipment_id=shipment_id, picks=[Picked(pick.pk, Decimal(3), "damaged")])
    # although a million of the item are in stock: those are not this order's
    assert ledger(demand)[0] == 3
    assert to_buy() == [(demand.pk, 2)]


def test_a_cancelled_order_leaves_what_comes_to_others(shop):
    scarce(shop, 0)
    made, demand = wants(shop, 5, "special")
    bought = buy(shop, demand)
    _first, waits = wants(shop, 9, "", customer=1)
    assert ledger(waits)[0] == 0
    cancel_order(shop.by(), order_id=made.order_id, version=1, reason="no more")
    found = Commitment.objects.get()
    assert (found.demand_id, found.kind, found.quantity) == (waits.pk, "soft", 5)
    assert coming(bought) == (5, 0, 0, 5)
    assert to_buy() == []


def test_a_cancelled_purchase_is_to_be_bought_again_and_told(shop):
    _order, demand = wants(shop, 5, "special")
    made = buy(shop, demand)
    line = PurchaseOrder.objects.get().lines.get()
    done = cancel_purchase_line(shop.by(), line_id=line.pk, reason="out of production")
    assert done.promises_changed == 1
    demand.refresh_from_db()
    assert demand.promised_on is None
    assert PromiseEvent.objects.order_by("-pk").values_list("old_on", "new_on")[0] == (DUE, None)
    assert OutboxEntry.objects.filter(topic="inventory.promises_moved.v1").count() == 2
    assert coming(made) == (5, 0, 5, 0)
    assert to_buy() == [(demand.pk, 5)]
    again = buy(shop, demand)
    assert again.purchase_order_id != made.purchase_order_id
    assert to_buy() == []


def test_an_amendment_keeps_what_was_bought_as_far_as_it_is_wanted(shop):
    made, demand = wants(shop, 5, "special")
    bought = buy(shop, demand)
    amend_order(
        shop.by(), order_id=made.order_id, version=1, amendment=Amendment([LineChange(1, Decimal(8))])
    )
    assert to_buy() == [(demand.pk, 3)]
    assert coming(bought)[3] == 5
    amend_order(
        shop.by(), order_id=made.order_id, version=2, amendment=Amendment([LineChange(1, Decimal(2))])
    )
    assert to_buy() == []
    assert coming(bought)[3] == 2
    assert Commitment.objects.get().quantity == 2
    demand.refresh_from_db()
    assert demand.promised_on == DUE


def test_an_added_line_is_supplied_as_it_says(shop):
    made, _demand = wants(shop, 5, "special")
    change = LineChange(0, Decimal(2), item_id=shop.world.items[1], supply="special")
    amend_order(shop.by(), order_id=made.order_id, version=1, amendment=Amendment([change]))
    assert [n for _pk, n in to_buy()] == [5, 2]


def test_what_a_hold_keeps_back_is_told_and_the_rest_is_bought(shop):
    held, first = wants(shop, 5, "special")
    place_hold(shop.by(), order_id=held.order_id, reason="prepay")
    _order, second = wants(shop, 3, "special", item=1)
    made = buy(shop, first, second)
    ((document, reason),) = made.refused
    assert document == held.number
    assert "prepay" in reason
    assert list(PurchaseOrder.objects.get().lines.values_list("demand", flat=True)) == [second.pk]
    alone = buy(shop, first)
    assert (alone.purchase_order_id, alone.number, len(alone.refused)) == (0, "", 1)
    assert PurchaseOrder.objects.count() == 1


def test_what_cannot_be_bought_for_changes_nothing(shop):
    _order, demand = wants(shop, 5, "special")
    _plain, plain = wants(shop, 5, "")
    _drop, drop = wants(shop, 5, "drop")
    good = Buy(demand.pk, Decimal(5), "EA", Decimal(1), DUE)
    before = Commitment.objects.count()
    for buys, group, refusal in (
        ([], None, BadInput),
        ([Buy(0, Decimal(1), "EA", Decimal(1), DUE)], None, NotFound),
        ([Buy(plain.pk, Decimal(5), "EA", Decimal(1), DUE)], None, NotToBuy),
        ([Buy(drop.pk, Decimal(5), "EA", Decimal(1), DUE)], None, NotToBuy),
        ([good], demand.group_id, NotToBuy),
        ([Buy(drop.pk, Decimal(5), "EA", Decimal(1), DUE)], demand.group_id, NotToBuy),
        ([Buy(drop.pk, Decimal(6), "EA", Decimal(1), DUE)], drop.group_id, NotToBuy),
        ([good, good], None, BadInput),
    ):
        with pytest.raises(refusal):
            buy_lines(shop.by(), site_id=demand.site_id, supplier_id=seller(), buys=buys, group_id=group)
    with pytest.raises(NotPermitted):
        stranger = shop.by().__class__(actor("customer_service"))
        buy_lines(stranger, site_id=demand.site_id, supplier_id=seller(), buys=[good])
    assert not PurchaseOrder.objects.exists()
    assert Commitment.objects.count() == before


def test_statements_do_not_depend_on_lines(shop):
    counts = []
    for lines in (1, 4):
        made = shop.submit(
            [LineRequest(item, Decimal(2), supply="special") for item in shop.world.items[:lines]]
        )
        demands = list(Demand.objects.filter(line_demand__line__order=made.order_id))
        seller()
        with count_statements() as counted:
            buy(shop, *demands)
        counts.append(counted.statements)
    assert counts[0] == counts[1]


def test_the_first_offer_is_taken_in_whole_units(shop):
    item = shop.world.items[0]
    item_unit(Item.objects.get(pk=item))
    rows = {"name": "Widget", "cost": 30, "item_id": item, "unit_id": "BX", "search": "W"}
    CatalogueItem.objects.create(supplier_id=seller(), code="W-1", lead_time_days=9, rank=1, **rows)
    _order, demand = wants(shop, 15, "special")
    row = to_buy_list(user=user("procurement")).get(pk=demand.pk)
    (need,) = needs_of([row], today=DUE)
    assert (need.purchase.quantity, need.purchase.unit, need.purchase.unit_cost) == (2, "BX", 30)
    assert need.purchase.due_on == DUE + timedelta(days=9)
    assert row.buy_by == demand.requested_on - timedelta(days=9)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_buyers_buy_the_same_line_once(shop):
    _order, demand = wants(shop, 5, "special")
    seller()
    results = in_turn(lambda: buy(shop, demand), lambda: buy(shop, demand))
    assert [isinstance(result, NotToBuy) for result in results] == [False, True]
    assert PurchaseOrder.objects.count() == Supply.objects.count() == 1
    assert Commitment.objects.get().quantity == 5


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("receipt_first", [True, False])
def test_a_run_that_races_the_receipt_gets_nothing_of_it(shop, receipt_first):
    # given stock that a run can share, and a receipt of what was bought for one order
    scarce(shop, 4)
    _one, small = wants(shop, 4, "", customer=1)
    _two, large = wants(shop, 9, "")
    Demand.objects.filter(pk=large.pk).update(requested_on=large.requested_on - timedelta(days=30))
    _order, demand = wants(shop, 5, "special")
    made = buy(shop, demand)
    run = propose_run(
        shop.by(), site_id=demand.site_id, item_ids=[shop.world.items[0]], reason="oldest first"
    )
    commit_run(shop.by(), run_id=run.run_id)
    entry_id = ReallocationItem.objects.get(run=run.run_id).pk
    verbs = [lambda: receive(shop, made, 5), lambda: share_item(shop.by(), entry_id=entry_id)]
    first, second = in_turn(*(verbs if receipt_first else reversed(verbs)))
    assert not [each for each in (first, second) if isinstance(each, Exception)]
    assert ledger(demand)[0] == 5
    assert (ledger(small)[0], ledger(large)[0]) == (0, 4)
