"""Transfers against each other, and against orders and write-offs: either first, the other first, at once."""

from decimal import Decimal

import pytest

from erp.kernel.command import By
from inventory.adjustments.actions.decide_adjustments import Decided, approve_adjustments
from inventory.models import Adjustment, Demand, StockPosting, Supply, TransferDifference
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.stock.errors import InsufficientStock
from inventory.transfers.actions.clear_difference import Cleared, find_difference, write_off_difference
from inventory.transfers.actions.decide_transfer import DecidedTransfer, approve_transfer, cancel_transfer
from inventory.transfers.actions.propose_transfers import Proposed, propose_transfers
from inventory.transfers.actions.receive_transfer import ReceivedTransfer
from inventory.transfers.actions.request_transfer import Asked, request_transfer
from inventory.transfers.actions.ship_transfer import ShippedTransfer
from inventory.transfers.errors import DifferenceCleared, TransferRefused, WrongTransferState
from tests.erp.test_turns import play, went_well
from tests.factories import actor
from tests.inventory.adjustments.goods import assert_proven
from tests.inventory.transfers.moving import NEEDED, Moving, in_transit, moving, order_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.concurrency,
    pytest.mark.parametrize("order", ["one first", "other first", "at once"]),
]
D = Decimal


@pytest.fixture
def shop() -> Moving:
    return moving()


def kinds(*results: object) -> list[str]:
    return sorted(type(each).__name__ for each in results)


def test_two_receivers_of_the_same_truck(shop, order):
    pk = shop.shipped(10)
    people = [By(actor("warehouse")), By(actor("warehouse"))]
    results = play(order, lambda: shop.take(pk, 10, by=people[0]), lambda: shop.take(pk, 10, by=people[1]))
    assert kinds(*results) == kinds(
        ReceivedTransfer(0, "", "", 0, []), WrongTransferState(number="", state="", verb="", remedy="")
    )
    assert (shop.at(shop.gets).on_hand, in_transit(shop.gets)) == (1_000_010, 0)
    assert StockPosting.objects.filter(kind="move", source="inventory.transferorder").count() == 1
    assert_proven()


def test_two_receivers_of_a_part_each(shop, order):
    pk = shop.shipped(10)
    one, other = play(order, lambda: shop.take(pk, 6), lambda: shop.take(pk, 6))
    assert sum(went_well(one, other)) == 1
    assert isinstance(one if went_well(other) == [True] else other, TransferRefused)
    assert in_transit(shop.gets) == 4
    assert_proven()


def test_shipping_against_a_customer_s_truck(shop, order):
    """Both leave the site that serves customers: what is reserved for one is never loaded for the other."""
    shop.lock_away(shop.gets, left=10)
    shipment_id = shop.release(shop.wants(6).group.order.pk)
    shop.pick(shipment_id)
    lines = [Asked(shop.world.items[0], D(4))]
    pk = request_transfer(
        shop.by(), site_id=shop.gets, to_site_id=shop.gives, lines=lines, needed_on=NEEDED
    ).transfer_id
    approve_transfer(shop.by(), transfer_id=pk)
    results = play(
        order, lambda: shop.send(pk), lambda: confirm_shipments(shop.by(), shipment_ids=[shipment_id])
    )
    assert went_well(*results) == [True, True], results
    stock = shop.at(shop.gets)
    assert (stock.available, stock.reserved, in_transit(shop.gives)) == (0, 0, 4)
    assert_proven()


def test_the_last_goods_go_to_a_customer_or_to_the_other_site(shop, order):
    shop.lock_away(shop.gets, left=10)
    lines = [Asked(shop.world.items[0], D(10))]
    pk = request_transfer(
        shop.by(), site_id=shop.gets, to_site_id=shop.gives, lines=lines, needed_on=NEEDED
    ).transfer_id
    approved, demand = play(
        order, lambda: approve_transfer(shop.by(), transfer_id=pk), lambda: shop.wants(10)
    )
    demand.refresh_from_db()
    if isinstance(approved, InsufficientStock):
        assert (demand.reserved, order_of(pk).state) == (10, "requested")
    else:
        assert isinstance(approved, DecidedTransfer)
        assert (demand.reserved, Demand.objects.get(group=order_of(pk).group_id).reserved) == (0, 10)
    assert order == "at once" or isinstance(approved, InsufficientStock) == (order == "other first")
    assert shop.at(shop.gets).reserved == 10
    assert_proven()


def test_two_transfers_between_the_same_sites_in_both_directions(shop, order):
    there = shop.approved(10, lines=2)
    lines = [Asked(item, D(7)) for item in shop.world.items[:2]]
    back = request_transfer(
        shop.by(), site_id=shop.gets, to_site_id=shop.gives, lines=lines, needed_on=NEEDED
    ).transfer_id
    approve_transfer(shop.by(), transfer_id=back)
    results = play(order, lambda: shop.send(there), lambda: shop.send(back))
    assert went_well(*results) == [True, True], results
    assert (in_transit(shop.gets), in_transit(shop.gives)) == (20, 14)
    assert_proven()


def test_shipping_and_cancelling(shop, order):
    pk = shop.approved(10)
    one, other = play(
        order, lambda: shop.send(pk), lambda: cancel_transfer(shop.by(), transfer_id=pk, reason="No")
    )
    assert sum(went_well(one, other)) == 1
    assert isinstance(one, ShippedTransfer) == (order_of(pk).state == "shipped")
    assert in_transit(shop.gets) == (10 if isinstance(one, ShippedTransfer) else 0)
    assert shop.at(shop.gives).reserved == 0
    assert_proven()


def test_finding_and_writing_off(shop, order):
    pk = shop.shipped(10)
    shop.take(pk, 8, complete=True)
    row = TransferDifference.objects.get()
    one, other = play(
        order,
        lambda: find_difference(shop.by(), difference_id=row.pk, quantity=D(2), bin_id=shop.dock()),
        lambda: write_off_difference(shop.by(), difference_id=row.pk, note="Gone"),
    )
    assert kinds(one, other) == kinds(Cleared(0, "", ""), DifferenceCleared(item="", state="", number=""))
    assert in_transit(shop.gets) == 0
    assert shop.at(shop.gets).on_hand == (1_000_010 if isinstance(one, Cleared) else 1_000_008)
    assert_proven()


def test_finding_and_approving_the_write_off(shop, order):
    pk = shop.shipped(100)
    shop.take(pk, 40, complete=True)
    row = TransferDifference.objects.get()
    write_off_difference(By(actor("warehouse")), difference_id=row.pk, note="Gone")
    ids = [Adjustment.objects.get().pk]
    found, approved = play(
        order,
        lambda: find_difference(shop.by(), difference_id=row.pk, quantity=D(60), bin_id=shop.dock()),
        lambda: approve_adjustments(shop.by(), adjustment_ids=ids, strict=True),
    )
    assert (type(found), type(approved)) == (DifferenceCleared, Decided)
    assert in_transit(shop.gets) == 0
    assert_proven()


def test_two_people_compare_the_sites(shop, order):
    shop.lock_away(shop.gets)
    shop.wants(5)
    company_id = shop.world.company_id
    results = play(
        order,
        lambda: propose_transfers(shop.by(), company_id=company_id),
        lambda: propose_transfers(shop.by(), company_id=company_id),
    )
    assert sorted(results, key=lambda each: each.made) == [Proposed(0, 1, 0), Proposed(1, 0, 0)]


def test_approving_twice(shop, order):
    pk = shop.ask(10)
    results = play(
        order,
        lambda: approve_transfer(shop.by(), transfer_id=pk),
        lambda: approve_transfer(shop.by(), transfer_id=pk),
    )
    assert sum(went_well(*results)) == 1
    assert (Supply.objects.count(), shop.at(shop.gives).reserved) == (1, 10)
    assert_proven()
