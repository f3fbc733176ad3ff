"""Bins are counted blind, counted again where it matters, and the ledger follows."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted
from inventory.adjustments.actions.decide_adjustments import approve_adjustments
from inventory.adjustments.errors import AdjustmentRefused
from inventory.counting.actions.count_item import count_item
from inventory.counting.actions.finish_count import CountFinished, cancel_counts, finish_count, name_causes
from inventory.counting.actions.plan_counts import ask_for_counts, plan_counts
from inventory.counting.errors import CountClosed, CountRefused, CountTaken, SamePerson
from inventory.models import Adjustment, CountLine, CountTask, Lot, StockBalance, StockPosting
from inventory.stock.actions.post_opening_stock import OpeningLine, post_opening_stock
from masterdata.models import Item
from tests.factories import actor
from tests.inventory.adjustments.goods import MILLION, assert_proven, journal_of, stock_of
from tests.inventory.counting.bins import asked, count, here, place_of
from tests.support import count_statements, run_concurrently
from tests.trade import trade

pytestmark = pytest.mark.django_db


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


def test_what_is_not_found_is_counted_as_none(shop, hugo, lea):
    task = asked(shop)
    assert finish_count(hugo, task_id=task.pk).state == "recount"
    finished = finish_count(lea, task_id=task.pk, cause="misput")
    assert CountLine.objects.filter(turn=2).get().counted == 0
    approve_adjustments(By(actor("process_owner")), adjustment_ids=finished.waiting_ids)
    assert here(shop).quantity == 0
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
