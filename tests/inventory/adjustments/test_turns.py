"""Changes by hand against each other, and against release, pick and submit: either first, the other first, at once."""

from decimal import Decimal

import pytest

from erp.kernel.command import By
from inventory.adjustments.actions.adjust_stock import adjust_stock
from inventory.adjustments.actions.change_status import StatusChanged, undo_status_change
from inventory.adjustments.actions.decide_adjustments import Decided, approve_adjustments
from inventory.adjustments.errors import (
    AdjustmentDecided,
    BoundToPicks,
    ChangeUndone,
    NotThere,
)
from inventory.models import Adjustment, Pick, Shipment, StatusChange, StockPosting
from inventory.outbound.actions.record_picks import Picked, record_picks
from inventory.outbound.errors import NothingToRelease
from tests.erp.test_turns import play, went_well
from tests.factories import actor
from tests.inventory.adjustments.goods import MILLION, assert_proven, change, line, lying, stock_of, wanted
from tests.trade import Trade, trade

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.concurrency,
    pytest.mark.parametrize("order", ["one first", "other first", "at once"]),
]


@pytest.fixture
def shop() -> Trade:
    return trade(items=2)


def test_two_people_block_the_same_bin(shop, order):
    one, other = play(order, lambda: change(shop, 600_000), lambda: change(shop, 600_000, "damaged"))
    assert sorted([type(one), type(other)], key=str) == sorted([StatusChanged, NotThere], key=str)
    assert (stock_of(shop).available, lying(shop).quantity) == (400_000, 400_000)
    assert order == "at once" or isinstance(one, NotThere) == (order == "other first")
    assert_proven()


def test_blocking_and_release(shop, order):
    demand = wanted(shop, 1_000_000)
    blocked, released = play(
        order, lambda: change(shop, 1_000_000), lambda: shop.release(demand.group.order.pk)
    )
    demand.refresh_from_db()
    if isinstance(blocked, BoundToPicks):
        assert went_well(released) == [True]
        assert (demand.reserved, lying(shop).allocated, stock_of(shop).available) == (
            MILLION,
            MILLION,
            MILLION,
        )
    else:
        assert isinstance(released, NothingToRelease)
        assert (demand.reserved, lying(shop).quantity, stock_of(shop).available) == (0, 0, 0)
    assert order == "at once" or isinstance(blocked, BoundToPicks) == (order == "other first")
    assert_proven()


def test_blocking_and_a_short_pick(shop, order):
    shipment_id = shop.release(wanted(shop, 10).group.order.pk)
    pick = Pick.objects.get(shipment=shipment_id)
    blocked, picked = play(
        order,
        lambda: change(shop, 999_990, "quality"),
        lambda: record_picks(
            shop.by(), shipment_id=shipment_id, picks=[Picked(pick.pk, Decimal(6), "empty")]
        ),
    )
    assert went_well(blocked, picked) == [True, True]
    assert (lying(shop).quantity, lying(shop).allocated, lying(shop, "hold").quantity) == (6, 6, 4)
    assert (stock_of(shop).available, stock_of(shop).reserved) == (6, 6)
    assert_proven()


def test_blocking_and_the_last_unit(shop, order):
    blocked, late = play(order, lambda: change(shop, 1_000_000), lambda: wanted(shop, 1))
    assert went_well(blocked, late) == [True, True]
    late.refresh_from_db()
    assert (late.reserved, stock_of(shop).available, stock_of(shop).reserved) == (0, 0, 0)
    assert_proven()


def test_two_people_take_the_same_change_back(shop, order):
    changed = change(shop, 5)
    results = play(
        order,
        lambda: undo_status_change(shop.by(), change_id=changed.change_id),
        lambda: undo_status_change(shop.by(), change_id=changed.change_id),
    )
    assert sorted(map(type, results), key=str) == sorted([StatusChanged, ChangeUndone], key=str)
    assert (StatusChange.objects.count(), stock_of(shop).available) == (2, MILLION)
    assert_proven()


def test_two_people_lose_the_same_goods(shop, order):
    change(shop, 999_900)
    people = [By(actor("process_owner")), By(actor("process_owner"))]

    def lose(who):
        return adjust_stock(people[who], site_id=shop.world.sites[0], lines=[line(shop, -60)], reason="lost")

    one, other = play(order, lambda: lose(0), lambda: lose(1))
    assert sum(went_well(one, other)) == 1
    assert isinstance(one if went_well(other) == [True] else other, NotThere)
    assert (stock_of(shop).on_hand, lying(shop).quantity) == (999_940, 40)
    assert_proven()


def test_two_people_approve_the_same_adjustment(shop, order):
    worker, site_id = By(actor("warehouse")), shop.world.sites[0]
    ids = adjust_stock(worker, site_id=site_id, lines=[line(shop, -100)], reason="lost").waiting_ids
    bosses = [By(actor("process_owner")), By(actor("process_owner"))]
    one, other = play(
        order,
        lambda: approve_adjustments(bosses[0], adjustment_ids=ids, strict=True),
        lambda: approve_adjustments(bosses[1], adjustment_ids=ids, strict=True),
    )
    assert sorted(map(type, (one, other)), key=str) == sorted([Decided, AdjustmentDecided], key=str)
    assert StockPosting.objects.filter(kind="adjustment").count() == 1
    assert (Adjustment.objects.get().state, stock_of(shop).on_hand) == ("posted", MILLION - 100)
    assert_proven()


def test_losing_goods_and_their_release(shop, order):
    demand = wanted(shop, 1_000_000)
    lines = [line(shop, -1)]
    boss = By(actor("process_owner"))
    lost, released = play(
        order,
        lambda: adjust_stock(boss, site_id=shop.world.sites[0], lines=lines, reason="lost"),
        lambda: shop.release(demand.group.order.pk),
    )
    assert went_well(released) == [True]
    demand.refresh_from_db()
    if isinstance(lost, BoundToPicks):
        assert (demand.reserved, stock_of(shop).on_hand) == (MILLION, MILLION)
    else:
        assert (demand.reserved, stock_of(shop).on_hand) == (999_999, 999_999)
    assert Shipment.objects.get().picks.get().quantity == demand.reserved
    assert order == "at once" or isinstance(lost, BoundToPicks) == (order == "other first")
    assert_proven()


def test_the_limit_counts_what_the_same_person_posts_meanwhile(shop, order):
    worker, lines = By(actor("warehouse")), [line(shop, -30)]  # 150, of which 250 are the limit

    def lose():
        return adjust_stock(worker, site_id=shop.world.sites[0], lines=lines, reason="lost")

    one, other = play(order, lose, lose)
    assert sorted(len(each.posted_ids) for each in (one, other)) == [0, 1]
    assert stock_of(shop).on_hand == MILLION - 30
    assert_proven()
