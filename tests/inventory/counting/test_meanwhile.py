"""What moves, is picked, blocked or adjusted while a bin is counted."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import F

from inventory.adjustments.actions.adjust_stock import AdjustLine, adjust_stock
from inventory.counting.actions.count_item import count_item
from inventory.counting.actions.finish_count import CountFinished, finish_count
from inventory.counting.errors import CountRefused
from inventory.models import Adjustment, CountLine, Pick, StockBalance
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.outbound.actions.count_pick import count_pick
from inventory.stock.actions.post_opening_stock import OpeningLine, post_opening_stock
from tests.inventory.adjustments.goods import MILLION, assert_proven, stock_of
from tests.inventory.counting.bins import asked, block, count, here, place_of, put, released, sell_only_these

pytestmark = pytest.mark.django_db


def test_a_move_after_the_scan_does_not_matter(shop, hugo):
    task = asked(shop)
    count_item(hugo, task_id=task.pk, item_id=shop.world.items[0], counted=Decimal(99))
    put(shop, 40)  # put away behind the counter's back
    finish_count(hugo, task_id=task.pk, cause="unknown")
    assert Adjustment.objects.get().quantity == -1
    assert here(shop).quantity == 139
    assert_proven()


def test_what_came_after_the_last_scan_is_not_missing(shop, hugo):
    task = asked(shop)
    count_item(hugo, task_id=task.pk, item_id=shop.world.items[0], counted=Decimal(100))
    CountLine.objects.update(counted_at=F("counted_at") - timedelta(minutes=1))
    late = OpeningLine(shop.world.items[1], place_of(shop).pk, Decimal(7), Decimal(35))
    post_opening_stock(shop.by(), site_id=shop.world.sites[0], lines=[late])
    assert finish_count(hugo, task_id=task.pk) == CountFinished(task.pk, "done", [], [])
    assert CountLine.objects.get().item_id == shop.world.items[0]
    assert StockBalance.objects.get(bin=place_of(shop), item=late.item_id).quantity == 7
    assert_proven()


def test_what_a_short_pick_put_on_hold_goes_first(shop, hugo, lea):
    block(shop, here(shop), 5)
    task = asked(shop)
    count(shop, task, hugo, 93)
    count(shop, task, lea, 93)
    assert (here(shop).quantity, here(shop, "hold").quantity) == (93, 0)
    assert sorted(Adjustment.objects.values_list("status", "quantity")) == [("available", -2), ("hold", -5)]
    assert_proven()


def test_what_is_found_beside_blocked_goods_is_blocked(shop, hugo):
    block(shop, here(shop), 100)
    assert count(shop, asked(shop), hugo, 101).state == "done"
    assert (Adjustment.objects.get().status, here(shop, "hold").quantity) == ("hold", 101)
    assert (here(shop).quantity, stock_of(shop).available) == (0, MILLION)
    assert_proven()


def test_what_picks_are_bound_to_is_left_to_them(shop, hugo, lea):
    sell_only_these(shop)
    released(shop, 98)
    task = asked(shop)
    count(shop, task, hugo, 90)
    count(shop, task, lea, 90)
    line = CountLine.objects.get(turn=2)
    assert (line.bound, Adjustment.objects.get().quantity) == (8, -2)
    assert here(shop).quantity == 98
    assert_proven()


def test_what_was_picked_and_has_not_left_is_not_missing(shop, hugo):
    sell_only_these(shop)
    shipment_id = released(shop, 40)
    shop.pick(shipment_id)
    task = asked(shop)
    assert count(shop, task, hugo, 60, cause="") == CountFinished(task.pk, "done", [], [])
    assert (CountLine.objects.get().ledger, Adjustment.objects.exists()) == (60, False)
    confirm_shipments(shop.by(), shipment_ids=[shipment_id])
    assert here(shop).quantity == 60
    assert_proven()


def test_what_a_picker_holds_in_hand_is_not_missing(shop, hugo):
    sell_only_these(shop)
    shipment_id = released(shop, 40)
    pick = Pick.objects.get(shipment=shipment_id)
    count_pick(shop.by(), shipment_id=shipment_id, pick_id=pick.pk, change=Decimal(15))
    assert count(shop, asked(shop), hugo, 85, cause="").state == "done"
    finish_count(hugo, task_id=asked(shop).pk)  # nothing is found
    assert list(CountLine.objects.order_by("pk").values_list("counted", "ledger")) == [(85, 85), (0, 85)]
    assert not Adjustment.objects.exists()


def test_what_was_adjusted_since_it_was_counted_is_counted_again(shop, hugo, lea):
    task = asked(shop)
    item_id, bin_id = shop.world.items[0], place_of(shop).pk
    count_item(hugo, task_id=task.pk, item_id=item_id, counted=Decimal(99))
    line = AdjustLine(item_id, bin_id, Decimal(-1))
    lost = adjust_stock(lea, site_id=shop.world.sites[0], lines=[line], reason="lost").posted_ids[0]
    with pytest.raises(CountRefused, match=f"ADJ-{lost} was posted after it was counted"):
        finish_count(hugo, task_id=task.pk, cause="mispick")
    assert StockBalance.objects.get(bin=bin_id).quantity == 99
    assert count(shop, task, hugo, 99).state == "done"
    assert StockBalance.objects.get(bin=bin_id).quantity == 99
    assert Adjustment.objects.count() == 1
    assert_proven()
