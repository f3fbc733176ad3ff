from decimal import Decimal

import pytest

from billing.models import Billable, Journal, JournalLine
from erp.kernel.models import OutboxEntry
from inventory.models import Commitment, Demand, Shipment, SiteStock, StockBalance, StockEntry, StockPosting
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.outbound.actions.record_picks import Picked, record_picks
from inventory.outbound.errors import PickRefused, ShipRefused, WrongShipmentState
from inventory.stock.errors import NoOpenPeriod
from masterdata.models import AccountingPeriod, Item
from orders.entry.rules import LineRequest
from orders.models import Hold
from tests.support import count_statements, run_concurrently
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade()


def ready(shop: Trade, quantity: int = 4) -> int:
    shipment_id = shop.release(shop.submit([LineRequest(shop.world.items[0], Decimal(quantity))]).order_id)
    shop.pick(shipment_id)
    return shipment_id


def test_everything_follows_from_the_confirm(shop):
    shipment_id = ready(shop)
    cost = Item.objects.get(pk=shop.world.items[0]).standard_cost
    confirm_shipments(shop.by(), shipment_ids=[shipment_id], tracking_number="T1")
    shipment = Shipment.objects.get(pk=shipment_id)
    assert (shipment.state, shipment.tracking_number) == ("shipped", "T1")
    posting = StockPosting.objects.get(kind="issue")
    assert (posting.source, posting.source_id) == ("inventory.shipment", shipment_id)
    entry = StockEntry.objects.get(posting_id=posting.pk)
    assert (entry.quantity, entry.value) == (-4, -4 * cost)
    stock = SiteStock.objects.get(item=shop.world.items[0], site=shop.world.sites[0])
    assert (stock.on_hand, stock.available, stock.reserved) == (999_996, 999_996, 0)
    assert (stock.valued_quantity, stock.value) == (999_996, 999_996 * cost)
    balance = StockBalance.objects.get(item=shop.world.items[0], site=shop.world.sites[0])
    assert (balance.quantity, balance.allocated) == (999_996, 0)
    demand = Demand.objects.get()
    assert (demand.reserved, demand.picked, demand.shipped) == (0, 4, 4)
    assert not Commitment.objects.exists()
    journal = Journal.objects.get(source="inventory.stockposting", source_id=posting.pk)
    assert sorted(JournalLine.objects.filter(journal_id=journal.pk).values_list("amount", flat=True)) == [
        -4 * cost,
        4 * cost,
    ]
    billable = Billable.objects.get()
    assert (billable.quantity, billable.billed, billable.cost) == (4, 0, 4 * cost)
    assert OutboxEntry.objects.filter(
        topic="inventory.shipment_confirmed.v1", document=f"shipment:{shipment_id}"
    ).exists()


def test_confirming_twice_changes_nothing(shop):
    shipment_id = ready(shop)
    first = confirm_shipments(shop.by(), shipment_ids=[shipment_id])
    entries = StockEntry.objects.count()
    assert confirm_shipments(shop.by(), shipment_ids=[shipment_id]) == first
    assert StockEntry.objects.count() == entries
    assert Billable.objects.count() == 1


def test_a_shipment_still_to_pick_is_refused(shop):
    shipment_id = shop.release(shop.submit(1).order_id)
    with pytest.raises(WrongShipmentState):
        confirm_shipments(shop.by(), shipment_ids=[shipment_id])
    assert Shipment.objects.get().state == "released"
    assert not StockPosting.objects.filter(kind="issue").exists()


def test_a_hold_stops_the_truck(shop):
    shipment_id = ready(shop)
    order_id = Shipment.objects.get().group.order.pk
    Hold.objects.create(
        order_id=order_id, kind="manual", detail="Stop.", caused_by="cs", opened_at="2026-01-05T10:00Z"
    )
    with pytest.raises(ShipRefused):
        confirm_shipments(shop.by(), shipment_ids=[shipment_id])
    assert Shipment.objects.get().state == "picked"
    assert not Billable.objects.exists()


def test_all_or_none(shop):
    good, bad = ready(shop), shop.release(shop.submit(1).order_id)
    with pytest.raises(WrongShipmentState):
        confirm_shipments(shop.by(), shipment_ids=[good, bad])
    assert set(Shipment.objects.values_list("state", flat=True)) == {"picked", "released"}


def test_a_closed_period_posts_in_the_next_open_one(shop):
    shipment_id = ready(shop)
    AccountingPeriod.objects.filter(starts_on__year=2026).update(closed_at="2027-01-05T00:00Z")
    confirm_shipments(shop.by(), shipment_ids=[shipment_id])
    posting = StockPosting.objects.get(kind="issue")
    assert posting.accounting_on.isoformat() == "2027-01-01"
    assert posting.effective_at.year < 2027
    assert Journal.objects.get(source_id=posting.pk).accounting_on == posting.accounting_on


def test_without_an_open_period_nothing_leaves(shop):
    shipment_id = ready(shop)
    AccountingPeriod.objects.update(closed_at="2032-01-05T00:00Z")
    with pytest.raises(NoOpenPeriod):
        confirm_shipments(shop.by(), shipment_ids=[shipment_id])
    assert Shipment.objects.get().state == "picked"


@pytest.mark.parametrize(("quantity", "reason"), [(Decimal(5), ""), (Decimal(-1), ""), (Decimal(3), "")])
def test_wrong_picks_change_nothing(shop, quantity, reason):
    shipment_id = shop.release(shop.submit([LineRequest(shop.world.items[0], Decimal(4))]).order_id)
    pick = Shipment.objects.get().picks.get()
    with pytest.raises(PickRefused):
        record_picks(shop.by(), shipment_id=shipment_id, picks=[Picked(pick.pk, quantity, reason)])
    pick.refresh_from_db()
    assert pick.picked is None
    assert Demand.objects.get().picked == 0


def test_statements_do_not_depend_on_lines():
    shop = trade(items=500)
    shop.ship(1)
    counts = []
    for lines in (1, 10, 500):
        shipment_id = shop.release(shop.submit(lines).order_id)
        shop.pick(shipment_id)
        with count_statements() as counted:
            confirm_shipments(shop.by(), shipment_ids=[shipment_id])
        counts.append(counted.statements)
    assert counts[0] == counts[1] == counts[2] <= 20


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_hands_confirm_one_shipment(shop):
    shipment_id = ready(shop)
    results = run_concurrently(lambda _: confirm_shipments(shop.by(), shipment_ids=[shipment_id]), range(2))
    assert [result.shipment_ids for result in results] == [[shipment_id], [shipment_id]]
    assert StockPosting.objects.filter(kind="issue").count() == 1
    assert Billable.objects.count() == 1
