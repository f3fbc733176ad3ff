from datetime import date
from decimal import Decimal

import pytest

from erp.kernel.proofs import prove
from inventory.models import Demand, Lot, Pick, Shipment, ShipmentLine, SiteStock, StockBalance
from inventory.outbound.actions.cancel_shipment import cancel_shipment
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.outbound.actions.record_picks import record_picks
from inventory.outbound.actions.release_groups import release_groups
from inventory.outbound.errors import NothingToRelease, ReleaseRefused, WrongShipmentState
from inventory.outbound.rules import BinStock, OpenDemand, ShipRule, bind, to_release
from inventory.stock.rules import issue_value
from masterdata.models import Bin, Customer
from masterdata.policies import snapshot
from orders.entry.rules import LineRequest
from orders.models import Hold, SalesOrder
from tests.support import count_statements
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade()


def test_release_binds_bins_and_counts_them(shop):
    order = shop.submit(
        [LineRequest(shop.world.items[0], Decimal(3)), LineRequest(shop.world.items[1], Decimal(2))]
    )
    shipment = Shipment.objects.get(pk=shop.release(order.order_id))
    assert (shipment.state, shipment.number) == ("released", f"SH-{shipment.pk}")
    assert list(shipment.lines.order_by("quantity").values_list("quantity", "picked")) == [(2, 0), (3, 0)]
    assert list(shipment.picks.order_by("quantity").values_list("quantity", "picked")) == [
        (2, None),
        (3, None),
    ]
    assert set(StockBalance.objects.filter(allocated__gt=0).values_list("allocated", flat=True)) == {2, 3}


def test_nothing_is_released_twice(shop):
    order = shop.submit(1)
    shop.release(order.order_id)
    with pytest.raises(NothingToRelease):
        shop.release(order.order_id)
    assert Shipment.objects.count() == 1
    assert Pick.objects.count() == 1


def test_a_hold_keeps_the_order_out_and_says_why(shop):
    Customer.objects.filter(pk=shop.world.customers[0]).update(is_blocked=True)
    held = shop.submit(1)
    free = shop.submit(1, customer_id=shop.world.customers[1])
    with pytest.raises(ReleaseRefused) as refusal:
        shop.release(held.order_id)
    assert refusal.value.context["role"] == "orders.release_blocked_hold"
    assert not Shipment.objects.exists()
    # in bulk the held one stays, the other goes
    groups = SalesOrder.objects.in_bulk([held.order_id, free.order_id])
    released = release_groups(
        shop.by(), group_ids=[groups[held.order_id].group_id, groups[free.order_id].group_id]
    )
    assert [document for document, _ in released.refused] == [held.number]
    assert Shipment.objects.get().group_id == groups[free.order_id].group_id


def test_release_of_a_released_hold(shop):
    Customer.objects.filter(pk=shop.world.customers[0]).update(is_blocked=True)
    order = shop.submit(1)
    Hold.objects.update(released_at="2026-01-05T10:00Z", released_by="boss", release_reason="paid")
    assert shop.release(order.order_id)


@pytest.mark.parametrize(
    ("rule", "released"), [("partial", [("1", "5"), ("2", "10")]), ("line", [("1", "5")]), ("complete", [])]
)
def test_ship_rules(rule, released):
    demands = [
        OpenDemand(1, 9, 1, Decimal(5), Decimal(5), Decimal(0)),
        OpenDemand(2, 9, 2, Decimal(20), Decimal(10), Decimal(0)),
        OpenDemand(3, 9, 3, Decimal(4), Decimal(0), Decimal(0)),
    ]
    assert [(str(d.demand_id), str(d.releasable)) for d in to_release(demands, ShipRule(rule))] == released


def test_first_expired_first_then_walking_order():
    bins = [
        BinStock(1, 7, Decimal(5), None, 10),
        BinStock(2, 7, Decimal(5), date(2026, 6, 1), 90),
        BinStock(3, 7, Decimal(5), date(2026, 5, 1), 50),
        BinStock(4, 7, Decimal(9), date(2026, 1, 1), 1),
    ]
    demand = OpenDemand(1, 9, 7, Decimal(13), Decimal(13), Decimal(0))
    takes, missing = bind([demand], bins, not_before=date(2026, 2, 1))
    assert [(take.balance_id, take.quantity) for take in takes] == [(3, 5), (2, 5), (1, 3)]
    assert missing == {}


def test_what_no_bin_can_give_is_named():
    demand = OpenDemand(1, 9, 7, Decimal(13), Decimal(13), Decimal(2))
    takes, missing = bind([demand], [BinStock(1, 7, Decimal(4), None, 1)])
    assert [(take.balance_id, take.quantity) for take in takes] == [(1, 4)]
    assert missing == {1: Decimal(7)}


def test_the_last_issue_takes_all_the_value():
    value, quantity, left = Decimal("10.00"), Decimal(3), []
    for _ in range(3):
        part = issue_value(quantity=Decimal(1), valued_quantity=quantity, value=value)
        value, quantity = value - part, quantity - 1
        left.append(part)
    assert left == [Decimal("3.33"), Decimal("3.34"), Decimal("3.33")]
    assert (value, quantity) == (0, 0)


def test_lots_are_bound_by_expiry(shop):
    item_id, site_id = shop.world.items[0], shop.world.sites[0]
    balance = StockBalance.objects.get(item_id=item_id, site_id=site_id)
    late, soon = (
        Lot.objects.create(item_id=item_id, code=day, expires_on=day) for day in ("2030-02-01", "2030-01-01")
    )
    StockBalance.objects.filter(pk=balance.pk).update(quantity=999_000, lot=late)
    bin_id = Bin.objects.filter(site_id=site_id).order_by("-pk").values_list("pk", flat=True)[0]
    first = StockBalance.objects.create(
        item_id=item_id, site_id=site_id, bin_id=bin_id, lot=soon, quantity=1000
    )
    shop.release(shop.submit([LineRequest(item_id, Decimal(1001))]).order_id)
    assert list(Pick.objects.order_by("pk").values_list("balance", "quantity")) == [
        (first.pk, 1000),
        (balance.pk, 1),
    ]
    assert SiteStock.objects.get(item_id=item_id, site_id=site_id).reserved == 1001


def pick_with_release(scope: str) -> None:
    """The policy, on in one scope: "*", "site:4"."""
    key = "inventory.pick_with_release"
    snapshot.assume(snapshot.Snapshot(1, {(key, scope): [(date(2020, 1, 1), None, "true")]}))


def test_a_site_that_confirms_no_picks_has_them_with_the_release(shop):
    pick_with_release(f"site:{shop.world.sites[0]}")
    order = shop.submit(
        [LineRequest(shop.world.items[0], Decimal(3)), LineRequest(shop.world.items[1], Decimal(2))]
    )
    shipment = Shipment.objects.get(pk=shop.release(order.order_id))
    assert (shipment.state, shipment.picked_at) == ("picked", shipment.released_at)
    assert list(shipment.lines.order_by("quantity").values_list("quantity", "picked")) == [(2, 2), (3, 3)]
    assert list(
        shipment.picks.order_by("quantity").values_list("quantity", "counted", "picked", "picked_by")
    ) == [(2, 2, 2, "bench"), (3, 3, 3, "bench")]
    assert set(Demand.objects.values_list("ordered", "picked")) == {(3, 3), (2, 2)}
    with pytest.raises(WrongShipmentState):
        record_picks(shop.by(), shipment_id=shipment.pk)
    # what is not in the bin after all: back, and again
    cancel_shipment(shop.by(), shipment_id=shipment.pk, reason="not in the bin")
    assert not Demand.objects.exclude(picked=0).exists()
    assert not StockBalance.objects.exclude(allocated=0).exists()
    again = shop.release(order.order_id)
    assert confirm_shipments(shop.by(), shipment_ids=[again]).shipment_ids == [again]
    assert set(Demand.objects.values_list("picked", "shipped", "reserved")) == {(3, 3, 0), (2, 2, 0)}
    assert prove().green
    other = shop.submit(1, site_id=shop.world.sites[1])
    assert Shipment.objects.get(pk=shop.release(other.order_id)).state == "released"


def test_a_site_without_picks_keeps_back_what_a_guard_refuses(shop):
    pick_with_release("*")
    Customer.objects.filter(pk=shop.world.customers[0]).update(is_blocked=True)
    held = shop.submit(1)
    with pytest.raises(ReleaseRefused):
        shop.release(held.order_id)
    assert not Pick.objects.exists()
    assert not Demand.objects.exclude(picked=0).exists()


def test_statements_do_not_depend_on_lines():
    shop = trade(items=500)
    shop.release(shop.submit(1).order_id)
    counts = []
    for lines in (1, 10, 500):
        order = shop.submit(lines)
        group_id = SalesOrder.objects.values_list("group_id", flat=True).get(pk=order.order_id)
        with count_statements() as counted:
            release_groups(shop.by(), group_ids=[group_id])
        counts.append(counted.statements)
    assert counts[0] == counts[1] == counts[2] <= 20
    assert ShipmentLine.objects.count() == 512
    pick_with_release("*")
    for lines in (1, 10):
        order = shop.submit(lines)
        group_id = SalesOrder.objects.values_list("group_id", flat=True).get(pk=order.order_id)
        with count_statements() as counted:
            release_groups(shop.by(), group_ids=[group_id])
        assert counted.statements == counts[0]
