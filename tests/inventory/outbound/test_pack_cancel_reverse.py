from decimal import Decimal

import pytest

from billing.models import Billable, Journal, JournalLine
from erp.kernel.errors import BadInput
from erp.kernel.proofs import prove, results_of
from inventory.models import Carton, Commitment, Demand, Shipment, SiteStock, StockBalance, StockPosting
from inventory.outbound.actions.cancel_shipment import cancel_shipment
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.outbound.actions.pack_shipment import PackedCarton, pack_shipment
from inventory.outbound.actions.reverse_shipment import reverse_shipment
from inventory.outbound.errors import ReasonMissing, ReverseRefused, WrongShipmentState
from masterdata.policies import snapshot
from orders.entry.rules import LineRequest
from tests.support import count_statements, run_concurrently
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade()


def lines(shop: Trade, quantity: int = 4) -> list[LineRequest]:
    return [LineRequest(shop.world.items[0], Decimal(quantity))]


def released(shop: Trade) -> int:
    return shop.release(shop.submit(lines(shop)).order_id)


def figures(shop: Trade) -> tuple:
    stock = SiteStock.objects.get(item=shop.world.items[0], site=shop.world.sites[0])
    balance = StockBalance.objects.get(item=shop.world.items[0], site=shop.world.sites[0])
    demand = Demand.objects.get()
    return (
        (stock.on_hand, stock.available, stock.reserved, stock.valued_quantity, stock.value),
        (balance.quantity, balance.allocated),
        (demand.reserved, demand.picked, demand.shipped),
        list(Commitment.objects.values_list("demand", "supply", "quantity")),
    )


def assert_proven() -> None:
    run = prove()
    assert run.green, [result for result in results_of(run) if not result.green]


# Packing


def test_packing_numbers_the_cartons(shop):
    shipment_id = released(shop)
    shop.pick(shipment_id)
    pack_shipment(
        shop.by(), shipment_id=shipment_id, cartons=[PackedCarton(Decimal("2.5")), PackedCarton(Decimal(4))]
    )
    assert list(Carton.objects.values_list("number", "weight_kg")) == [
        (1, Decimal("2.500")),
        (2, Decimal("4.000")),
    ]
    shipment = Shipment.objects.get()
    assert shipment.state == "packed"
    assert shipment.packed_at is not None


@pytest.mark.parametrize("cartons", [[], [PackedCarton(Decimal(0))], [PackedCarton(Decimal(2001))]])
def test_a_carton_has_a_weight(shop, cartons):
    shipment_id = released(shop)
    shop.pick(shipment_id)
    with pytest.raises(BadInput):
        pack_shipment(shop.by(), shipment_id=shipment_id, cartons=cartons)
    assert Shipment.objects.get().state == "picked"
    assert not Carton.objects.exists()


def test_what_is_not_picked_cannot_be_packed(shop):
    shipment_id = released(shop)
    with pytest.raises(WrongShipmentState):
        pack_shipment(shop.by(), shipment_id=shipment_id, cartons=[PackedCarton(Decimal(1))])
    assert not Carton.objects.exists()


def test_a_site_may_ask_for_packing(shop):
    from datetime import date

    snapshot.assume(
        snapshot.Snapshot(1, {("inventory.packing_required", "*"): [(date(2020, 1, 1), None, "true")]})
    )
    shipment_id = released(shop)
    shop.pick(shipment_id)
    with pytest.raises(WrongShipmentState, match="pack it first"):
        confirm_shipments(shop.by(), shipment_ids=[shipment_id])
    pack_shipment(shop.by(), shipment_id=shipment_id, cartons=[PackedCarton(Decimal(1))])
    confirm_shipments(shop.by(), shipment_ids=[shipment_id])
    assert Shipment.objects.get().state == "shipped"


# Cancelling


@pytest.mark.parametrize("picked", [False, True])
def test_cancelling_frees_the_bins_and_keeps_the_promise(shop, picked):
    order_id = shop.submit(lines(shop)).order_id
    before = figures(shop)
    shipment_id = shop.release(order_id)
    if picked:
        shop.pick(shipment_id)
    cancel_shipment(shop.by(), shipment_id=shipment_id, reason="Truck broke down")
    assert Shipment.objects.get().state == "cancelled"
    assert figures(shop) == before
    cancel_shipment(shop.by(), shipment_id=shipment_id, reason="Again")
    assert figures(shop) == before
    assert_proven()
    assert shop.release(order_id) != shipment_id


def test_what_has_left_is_not_cancelled(shop):
    shipment_id = shop.ship(lines(shop))
    with pytest.raises(WrongShipmentState):
        cancel_shipment(shop.by(), shipment_id=shipment_id, reason="Too late")
    assert Shipment.objects.get().state == "shipped"


@pytest.mark.parametrize("verb", [cancel_shipment, reverse_shipment])
def test_taking_back_needs_a_reason(shop, verb):
    shipment_id = released(shop) if verb is cancel_shipment else shop.ship(lines(shop))
    before = figures(shop)
    with pytest.raises(ReasonMissing):
        verb(shop.by(), shipment_id=shipment_id, reason=" ")
    assert figures(shop) == before


# Reversal


def test_a_reversal_mirrors_the_shipment(shop):
    order_id = shop.submit(lines(shop)).order_id
    before = figures(shop)
    shipment_id = shop.release(order_id)
    shop.pick(shipment_id)
    confirm_shipments(shop.by(), shipment_ids=[shipment_id])
    issue = StockPosting.objects.get(kind="issue")
    reverse_shipment(shop.by(), shipment_id=shipment_id, reason="Wrong truck")
    assert figures(shop) == before
    assert Shipment.objects.get().state == "reversed"
    mirror = StockPosting.objects.get(reverses_id=issue.pk)
    amounts = [
        sorted(JournalLine.objects.filter(journal_id=journal.pk).values_list("account_id", "amount"))
        for posting in (issue, mirror)
        for journal in Journal.objects.filter(source="inventory.stockposting", source_id=posting.pk)
    ]
    assert amounts[1] == [(account, -amount) for account, amount in amounts[0]]
    assert Billable.objects.get().withdrawn_at is not None
    reverse_shipment(shop.by(), shipment_id=shipment_id, reason="Again")
    assert StockPosting.objects.filter(reverses_id=issue.pk).count() == 1
    assert shop.invoice(shipment_id).invoice_ids == []
    assert_proven()


def test_reversed_goods_can_be_shipped_again(shop):
    shipment_id = shop.ship(lines(shop))
    order_id = Shipment.objects.get().group.order.pk
    reverse_shipment(shop.by(), shipment_id=shipment_id, reason="Wrong truck")
    again = shop.release(order_id)
    shop.pick(again)
    confirm_shipments(shop.by(), shipment_ids=[again])
    assert Demand.objects.get().shipped == 4
    assert len(shop.invoice(shipment_id, again).invoice_ids) == 1
    assert_proven()


def test_what_was_invoiced_is_not_reversed(shop):
    shipment_id = shop.ship(lines(shop))
    shop.invoice(shipment_id)
    before = figures(shop)
    with pytest.raises(ReverseRefused, match="credit memo"):
        reverse_shipment(shop.by(), shipment_id=shipment_id, reason="Too late")
    assert figures(shop) == before
    assert Billable.objects.get().withdrawn_at is None


def test_statements_do_not_depend_on_lines():
    shop = trade(items=500)
    shop.invoice(shop.ship(1))
    counts = []
    for count in (1, 10, 500):
        shipment_id = shop.ship(count)
        with count_statements() as counted:
            reverse_shipment(shop.by(), shipment_id=shipment_id, reason="Wrong truck")
        counts.append(counted.statements)
    assert counts[0] == counts[1] == counts[2] <= 30
    counts = []
    for count in (1, 10, 500):
        shipment_id = shop.release(shop.submit(count).order_id)
        with count_statements() as counted:
            cancel_shipment(shop.by(), shipment_id=shipment_id, reason="Wrong truck")
        counts.append(counted.statements)
    assert counts[0] == counts[1] == counts[2] <= 12


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_charging_and_reversing_at_once_ends_in_one_of_them(shop):
    shipment_id = shop.ship(lines(shop))

    def act(verb: str) -> object:
        if verb == "invoice":
            return shop.invoice(shipment_id)
        return reverse_shipment(shop.by(), shipment_id=shipment_id, reason="Wrong truck")

    run_concurrently(act, ["invoice", "reverse"])
    billable = Billable.objects.get()
    assert (
        (billable.withdrawn_at is None)
        == (billable.billed == 4)
        == (Shipment.objects.get().state == "shipped")
    )
    assert_proven()
