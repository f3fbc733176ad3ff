"""Bins are planned, counted blind, counted again where it matters, and the ledger follows."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now

from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted
from inventory.adjustments.actions.adjust_stock import AdjustLine, adjust_stock
from inventory.adjustments.actions.change_status import StatusRow, change_status
from inventory.adjustments.actions.decide_adjustments import approve_adjustments, refuse_adjustments
from inventory.adjustments.errors import AdjustmentRefused
from inventory.counting.actions.count_item import count_item
from inventory.counting.actions.finish_count import CountFinished, cancel_counts, finish_count, name_causes
from inventory.counting.actions.plan_counts import ask_for_counts, plan_counts
from inventory.counting.errors import (
    BinBeingCounted,
    CountClosed,
    CountRefused,
    CountTaken,
    DifferenceWaits,
    SamePerson,
)
from inventory.counting.tasks import plan_daily_counts
from inventory.models import (
    Adjustment,
    CountLine,
    CountPlan,
    CountTask,
    Lot,
    Pick,
    StockBalance,
    StockPosting,
)
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.outbound.actions.count_pick import count_pick
from inventory.outbound.actions.record_picks import Picked, record_picks
from inventory.stock.actions.post_opening_stock import OpeningLine, post_opening_stock
from masterdata.models import Bin, Item
from orders.entry.rules import LineRequest
from tests.factories import actor
from tests.inventory.adjustments.goods import MILLION, assert_proven, journal_of, stock_of
from tests.support import count_statements, run_concurrently
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    """Of the first item 100 lie in a bin of their own, beside the rest."""
    made = trade(items=3)
    put(made, 100)
    return made


def place_of(shop: Trade) -> Bin:
    return Bin.objects.filter(site=shop.world.sites[0]).order_by("-pk")[0]


def put(shop: Trade, quantity: int) -> None:
    opening = OpeningLine(shop.world.items[0], place_of(shop).pk, Decimal(quantity), Decimal(5 * quantity))
    post_opening_stock(shop.by(), site_id=shop.world.sites[0], lines=[opening])


def asked(shop: Trade) -> CountTask:
    made = ask_for_counts(shop.by(), site_id=shop.world.sites[0], bin_ids=[place_of(shop).pk])
    CountTask.objects.filter(pk__in=made.task_ids).update(count_class="C")  # tolerance 2 %
    return CountTask.objects.get(pk=made.task_ids[0])


@pytest.fixture
def hugo() -> By:
    return By(actor("warehouse", username="hugo"))


@pytest.fixture
def lea() -> By:
    return By(actor("warehouse", username="lea"))


def count(shop: Trade, task: CountTask, by: By, quantity: int, cause: str = "mispick") -> CountFinished:
    count_item(by, task_id=task.pk, item_id=shop.world.items[0], counted=Decimal(quantity))
    return finish_count(by, task_id=task.pk, cause=cause)


def block(shop: Trade, place: StockBalance, quantity: int) -> None:
    blocked = StatusRow(place.item_id, place.bin_id, None, "available", "hold", Decimal(quantity))
    change_status(shop.by(), site_id=place.site_id, rows=[blocked], reason="Looked at")


def sell_only_these(shop: Trade) -> None:
    """Block what lies elsewhere of the first item, so that only the hundred may be picked."""
    rest = StockBalance.objects.filter(item=shop.world.items[0], site=shop.world.sites[0])
    block(shop, rest.exclude(bin=place_of(shop)).get(), 1_000_000)


def released(shop: Trade, quantity: int) -> int:
    return shop.release(shop.submit([LineRequest(shop.world.items[0], Decimal(quantity))]).order_id)


def here(shop: Trade, status: str = "available") -> StockBalance:
    return StockBalance.objects.get(bin=place_of(shop), status=status)


# The plan ----------------------------------------------------------------------------------------------------


def test_the_day_s_plan_takes_what_is_due_and_is_made_once(shop):
    made = plan_counts(shop.by(), site_id=shop.world.sites[0])
    tasks = CountTask.objects.filter(pk__in=made.task_ids)
    assert tasks.count() == 4  # three bins of opening stock and the one beside
    assert set(tasks.values_list("trigger", "state")) == {("class", "open")}
    assert sum(CountPlan.objects.values_list("bin_count", flat=True)) == 4
    assert plan_counts(shop.by(), site_id=shop.world.sites[0]).task_ids == []
    assert_proven()


def test_a_short_pick_brings_its_bin_up_on_the_same_day(shop):
    plan_daily_counts()
    CountTask.objects.update(state="done", accurate=True, first_by="x", closed_at=F("planned_at"))
    assert plan_counts(shop.by(), site_id=shop.world.sites[0]).task_ids == []
    shipment_id = shop.release(shop.submit(1).order_id)
    pick = Pick.objects.get(shipment=shipment_id)
    record_picks(shop.by(), shipment_id=shipment_id, picks=[Picked(pick.pk, Decimal(0), "empty")])
    (pk,) = plan_counts(shop.by(), site_id=shop.world.sites[0]).task_ids
    task = CountTask.objects.get(pk=pk)
    assert (task.trigger, task.bin_id) == ("short_pick", pick.balance.bin_id)


def test_what_was_counted_in_time_is_covered(shop):
    plan_counts(shop.by(), site_id=shop.world.sites[0])
    CountTask.objects.update(state="done", accurate=True, first_by="x", closed_at=F("planned_at"))
    CountPlan.objects.all().delete()
    plan_counts(shop.by(), site_id=shop.world.sites[0])
    assert sum(CountPlan.objects.values_list("covered_count", flat=True)) == 4
    CountTask.objects.update(
        closed_at=F("closed_at") - timedelta(days=400), planned_on=F("planned_on") - timedelta(days=400)
    )
    assert len(plan_counts(shop.by(), site_id=shop.world.sites[0]).task_ids) == 4
    assert sum(CountPlan.objects.values_list("covered_count", flat=True)) == 0


def test_a_bin_has_one_open_count(shop):
    asked(shop)
    with pytest.raises(BinBeingCounted):
        asked(shop)
    with pytest.raises(BadInput):
        ask_for_counts(shop.by(), site_id=shop.world.sites[1], bin_ids=[place_of(shop).pk])
    with pytest.raises(NotPermitted, match="plan_counts"):
        plan_counts(By(actor("finance")), site_id=shop.world.sites[0])
    assert CountTask.objects.count() == 1


# Counting ----------------------------------------------------------------------------------------------------


def test_as_the_ledger_says_nothing_is_posted(shop, hugo):
    task = asked(shop)
    for _scan in range(2):
        count_item(hugo, task_id=task.pk, item_id=shop.world.items[0], change=Decimal(50))
    finished = finish_count(hugo, task_id=task.pk)
    assert finished == CountFinished(task.pk, "done", [], [])
    task.refresh_from_db()
    assert (task.first_by, task.second_by, task.accurate, task.cause) == ("hugo", "", True, "")
    assert not Adjustment.objects.exists()
    assert_proven()


def test_a_difference_within_tolerance_is_posted_with_its_cause(shop, hugo):
    task = asked(shop)
    finished = count(shop, task, hugo, 99)
    found = Adjustment.objects.get()
    assert (found.quantity, found.reason, found.state, found.note) == (
        -1, "count", "posted", f"{task.number}: Picked wrongly",
    )  # fmt: skip
    assert finished.adjustment_ids == [found.pk]
    assert (here(shop).quantity, stock_of(shop).on_hand) == (99, MILLION + 99)
    assert journal_of(found.posting_id) == {"inventory": -5, "count": 5}
    task.refresh_from_db()
    assert (task.accurate, task.cause) == (True, "mispick")
    assert_proven()


def test_beyond_tolerance_another_person_counts_again_before_anything_moves(shop, hugo, lea):
    task = asked(shop)
    assert count(shop, task, hugo, 90).state == "recount"
    assert not StockPosting.objects.filter(kind="adjustment").exists()
    with pytest.raises(SamePerson):
        count_item(hugo, task_id=task.pk, item_id=shop.world.items[0], counted=Decimal(90))
    finished = count(shop, task, lea, 91)
    assert finished.state == "done"
    task.refresh_from_db()
    assert (task.first_by, task.second_by, task.accurate) == ("hugo", "lea", False)
    assert Adjustment.objects.get().quantity == -9
    assert list(CountLine.objects.order_by("turn").values_list("turn", "counted", "ledger")) == [
        (1, 90, 100), (2, 91, 100),
    ]  # fmt: skip
    assert_proven()


def test_the_second_count_may_find_everything(shop, hugo, lea):
    task = asked(shop)
    count(shop, task, hugo, 90)
    assert count(shop, task, lea, 100, cause="") == CountFinished(task.pk, "done", [], [])
    task.refresh_from_db()
    assert (task.accurate, task.cause) == (False, "")
    assert_proven()


def test_beyond_the_limits_the_difference_waits_for_an_approval(shop, hugo, lea):
    task = asked(shop)
    count(shop, task, hugo, 60)
    finished = count(shop, task, lea, 60)
    assert (finished.state, finished.adjustment_ids) == ("done", finished.waiting_ids)
    assert here(shop).quantity == 100
    approve_adjustments(By(actor("process_owner")), adjustment_ids=finished.waiting_ids)
    assert here(shop).quantity == 60
    assert_proven()


def test_a_bin_whose_difference_waits_is_not_counted_before_that_is_decided(shop, hugo, lea):
    task = asked(shop)
    count(shop, task, hugo, 60)
    waiting = count(shop, task, lea, 60).waiting_ids
    with pytest.raises(DifferenceWaits, match=place_of(shop).code):
        asked(shop)
    CountTask.objects.update(closed_at=F("closed_at") - timedelta(days=400))
    plan_counts(shop.by(), site_id=shop.world.sites[0])
    assert CountTask.objects.filter(bin=place_of(shop)).count() == 1
    refuse_adjustments(By(actor("process_owner")), adjustment_ids=waiting, reason="Count it again")
    assert asked(shop).state == "open"
    assert_proven()


def test_a_move_after_the_scan_does_not_matter(shop, hugo):
    task = asked(shop)
    count_item(hugo, task_id=task.pk, item_id=shop.world.items[0], counted=Decimal(99))
    put(shop, 40)  # put away behind the counter's back
    finish_count(hugo, task_id=task.pk, cause="unknown")
    assert Adjustment.objects.get().quantity == -1
    assert here(shop).quantity == 139
    assert_proven()


def test_what_is_not_found_is_counted_as_none(shop, hugo, lea):
    task = asked(shop)
    assert finish_count(hugo, task_id=task.pk).state == "recount"
    finished = finish_count(lea, task_id=task.pk, cause="misput")
    assert CountLine.objects.filter(turn=2).get().counted == 0
    approve_adjustments(By(actor("process_owner")), adjustment_ids=finished.waiting_ids)
    assert here(shop).quantity == 0
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


def test_goods_from_before_their_item_was_kept_by_lot_are_counted_by_it(shop, hugo, lea):
    item_id = shop.world.items[0]
    Item.objects.filter(pk=item_id).update(lot_tracked=True)
    lot = Lot.objects.create(item_id=item_id, code="L1")
    task = asked(shop)
    for by in (hugo, lea):
        count_item(by, task_id=task.pk, item_id=item_id, lot_id=lot.pk, counted=Decimal(100))
        finish_count(by, task_id=task.pk, cause="entry")
    assert sorted(Adjustment.objects.values_list("lot", "quantity"), key=str) == [(lot.pk, 100), (None, -100)]
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


@pytest.mark.parametrize("verb", ["scan", "finish"])
def test_a_count_under_way_is_one_person_s(shop, hugo, lea, verb):
    task = asked(shop)
    count_item(hugo, task_id=task.pk, item_id=shop.world.items[0], counted=Decimal(9))
    with pytest.raises(CountTaken, match="hugo"):
        if verb == "scan":
            count_item(lea, task_id=task.pk, item_id=shop.world.items[0], counted=Decimal(9))
        else:
            finish_count(lea, task_id=task.pk)
    assert CountLine.objects.count() == 1


def test_nonsense_is_refused(shop, hugo):
    task = asked(shop)
    for quantity in ("-1", "0.5"):
        with pytest.raises((CountRefused, AdjustmentRefused), match="P0"):
            count_item(hugo, task_id=task.pk, item_id=shop.world.items[0], counted=Decimal(quantity))
    with pytest.raises(BadInput):
        count_item(hugo, task_id=task.pk, item_id=shop.world.items[0])
    with pytest.raises(NotPermitted, match="count_stock"):
        finish_count(By(actor("finance")), task_id=task.pk)
    assert not CountLine.objects.exists()
    count_item(hugo, task_id=task.pk, item_id=shop.world.items[0], counted=Decimal(99))
    with pytest.raises(BadInput):
        finish_count(hugo, task_id=task.pk)  # it differs: say why
    finish_count(hugo, task_id=task.pk, cause="unknown")
    with pytest.raises(CountClosed):
        finish_count(hugo, task_id=task.pk)


def test_a_count_is_given_up_with_a_reason_and_a_cause_is_named_later(shop, hugo):
    task = asked(shop)
    with pytest.raises(BadInput):
        cancel_counts(shop.by(), task_ids=[task.pk], reason=" ")
    assert cancel_counts(shop.by(), task_ids=[task.pk], reason="Aisle blocked").task_ids == [task.pk]
    assert cancel_counts(shop.by(), task_ids=[task.pk], reason="Again").task_ids == []
    task.refresh_from_db()
    assert (task.state, task.cancel_reason) == ("cancelled", "Aisle blocked")
    second = asked(shop)
    count(shop, second, hugo, 99, cause="unknown")
    assert name_causes(shop.by(), task_ids=[task.pk, second.pk], cause="receipt").task_ids == [second.pk]
    second.refresh_from_db()
    assert second.cause == "receipt"


def test_the_schema_wants_two_people(shop, hugo, lea):
    task = asked(shop)
    count(shop, task, hugo, 90)
    with pytest.raises(IntegrityError), transaction.atomic():
        CountTask.objects.filter(pk=task.pk).update(second_by="hugo")


def test_statements_do_not_depend_on_the_number_of_items():
    shop = trade(items=500)
    place = place_of(shop)
    owner = By(Actor.system("tests"))
    post_opening_stock(
        shop.by(),
        site_id=shop.world.sites[0],
        lines=[OpeningLine(item, place.pk, Decimal(1000), Decimal(5000)) for item in shop.world.items],
    )
    planned, counts = [], []
    for size in (1, 1, 10, 500):
        (pk,) = ask_for_counts(owner, site_id=shop.world.sites[0], bin_ids=[place.pk]).task_ids
        CountTask.objects.filter(pk=pk).update(count_class="C")
        short = set(shop.world.items[:size])
        rows = list(StockBalance.objects.filter(bin=place).values_list("item", "quantity"))
        CountLine.objects.bulk_create(
            CountLine(
                task_id=pk, turn=1, item_id=item, counted=quantity - (item in short), ledger=quantity,
                counted_at=Now(),
            )
            for item, quantity in rows
        )  # fmt: skip
        with count_statements() as counted:
            finish_count(owner, task_id=pk, cause="unknown")
        counts.append(counted.statements)
        with count_statements() as counted:
            plan_counts(owner, site_id=shop.world.sites[0])
        planned.append(counted.statements)
        CountTask.objects.filter(state="open").update(state="cancelled", closed_at="2026-01-05T00:00Z")
    assert counts[1] == counts[2] == counts[3] <= 40
    assert max(planned) <= 16


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_two_people_finish_the_same_count(shop):
    task = asked(shop)
    people = [By(actor("warehouse")), By(actor("warehouse"))]
    results = run_concurrently(lambda by: count(shop, task, by, 99), people)
    assert sorted(type(result).__name__ for result in results) in (
        ["CountFinished", "CountTaken"], ["CountClosed", "CountFinished"],
    )  # fmt: skip
    assert (Adjustment.objects.count(), here(shop).quantity) == (1, 99)
    assert_proven()


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
