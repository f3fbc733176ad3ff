"""From the receiving bin to the bin that was scanned: tasks, proposals, moves, and what they leave alone."""

from datetime import timedelta
from decimal import Decimal

import pytest

from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted
from erp.kernel.models import Decision
from inventory.adjustments.actions.change_status import StatusRow, change_status
from inventory.adjustments.errors import BoundToPicks
from inventory.models import PutawayTask, StockEntry, StockPosting
from inventory.putaway.actions.assign_putaways import assign_putaways, close_putaways
from inventory.putaway.actions.begin_putaways import begin_putaways
from inventory.putaway.actions.put_away import Placed, put_away
from inventory.putaway.errors import PutawayClosed, PutawayRefused, PutawayTaken
from masterdata.models import Bin
from orders.entry.rules import LineRequest
from tests.factories import actor
from tests.inventory.adjustments.goods import assert_proven, stock_of
from tests.inventory.putaway.dock import Dock, by_task, dock
from tests.inventory.transfers.moving import moving
from tests.support import count_statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Dock:
    return dock()


@pytest.fixture
def lea() -> By:
    return By(actor("warehouse", username="lea"))


def sell_only_the_dock(shop: Dock) -> None:
    """Block what lies elsewhere of the first item."""
    place = Bin.objects.get(site=shop.site, balances__item=shop.world.items[0], balances__quantity=1_000_000)
    row = StatusRow(shop.world.items[0], place.pk, None, "available", "hold", Decimal(1_000_000))
    change_status(shop.by(), site_id=shop.site, rows=[row], reason="Looked at")


def test_a_receipt_asks_for_what_stands_in_the_receiving_bin(shop):
    received = shop.receive(10, lines=2)
    tasks = list(PutawayTask.objects.order_by("pk"))
    assert [(task.item_id, task.quantity, task.moved, task.state, task.owner) for task in tasks] == [
        (item, 10, 0, "open", "") for item in shop.world.items[:2]
    ]
    assert {(task.source, task.source_id, task.document) for task in tasks} == {
        ("inventory.receipt", received.receipt_id, received.number)
    }
    assert tasks[0].due_at - tasks[0].made_at == timedelta(hours=4)
    assert shop.held(shop.receiving) == 10
    assert_proven()


def test_without_the_policy_and_in_other_bins_nothing_is_asked(shop):
    shop.receive(10, into=shop.empty_bin())
    by_task(False)
    shop.receive(10)
    assert not PutawayTask.objects.exists()


def test_a_transfer_asks_too():
    shop = moving()
    dock_bin = Bin.objects.get(pk=shop.dock())
    Bin.objects.filter(pk=dock_bin.pk).update(kind="receiving")
    by_task(True)
    shop.dock = lambda: dock_bin.pk  # type: ignore[method-assign]
    shop.take(shop.shipped(10), status="quality")
    task = PutawayTask.objects.get()
    assert (task.source, task.status, task.quantity, task.site_id) == (
        "inventory.transferorder", "quality", 10, shop.gets,
    )  # fmt: skip


def test_goods_go_where_most_of_the_item_lies(shop, lea):
    task = shop.task(10)
    home = Bin.objects.get(site=shop.site, balances__item=shop.world.items[0], balances__quantity=1_000_000)
    begun = begin_putaways(lea, task_ids=[task.pk])
    assert begun.bin_ids == [home.pk]
    before = stock_of(shop)
    done = put_away(lea, placed=[Placed(task.pk, home.pk)])
    assert (done.done_ids, done.open_ids) == ([task.pk], [])
    task.refresh_from_db()
    assert (task.state, task.moved, task.owner, task.why, task.put_into_id, task.ended_by) == (
        "done", 10, "lea", "same_item", home.pk, "lea",
    )  # fmt: skip
    assert (shop.held(shop.receiving), shop.held(home)) == (0, 1_000_010)
    after = stock_of(shop)
    assert (after.on_hand, after.available, after.value) == (before.on_hand, before.available, before.value)
    posting = StockPosting.objects.get(source="inventory.putawaytask")
    entries = StockEntry.objects.filter(posting_id=posting.pk).order_by("quantity")
    assert [(e.bin_id, e.quantity, e.line_id) for e in entries] == [
        (shop.receiving.pk, -10, task.pk), (home.pk, 10, task.pk),
    ]  # fmt: skip
    assert posting.kind == "move"
    assert_proven()


def test_another_bin_is_taken_and_recorded(shop, lea):
    task, other = shop.task(10), shop.empty_bin()
    proposed = begin_putaways(lea, task_ids=[task.pk]).bin_ids[0]
    put_away(lea, placed=[Placed(task.pk, other.pk)], note="The other one is full")
    outcome = Decision.objects.get(verb="inventory.put_away", subject_id=task.pk).outcome
    assert (outcome["bin"], outcome["proposed"], outcome["why"]) == (other.pk, proposed, "same_item")
    assert outcome["sentence"] == f"10 put into {other.code}, not as proposed. The other one is full"


def test_in_parts_over_two_bins(shop, lea):
    task, first, last = shop.task(10), shop.empty_bin(), shop.empty_bin("pick")
    assert put_away(lea, placed=[Placed(task.pk, first.pk, Decimal(4))]).open_ids == [task.pk]
    task.refresh_from_db()
    assert (task.state, task.moved, task.ended_at) == ("open", 4, None)
    last = Bin.objects.filter(site=shop.site, balances=None, kind="pick").order_by("pick_sequence").first()
    assert put_away(lea, placed=[Placed(task.pk, last.pk, Decimal(6))]).done_ids == [task.pk]
    assert (shop.held(first), shop.held(last), shop.held(shop.receiving)) == (4, 6, 0)
    assert_proven()


def test_confirming_twice_changes_nothing(shop, lea):
    task, place = shop.task(10), shop.empty_bin()
    first = put_away(lea, placed=[Placed(task.pk, place.pk)])
    assert put_away(lea, placed=[Placed(task.pk, place.pk)]) == first
    assert (shop.held(place), StockPosting.objects.filter(source="inventory.putawaytask").count()) == (10, 1)


def test_what_picks_are_bound_to_stays_where_it_stands(shop, lea):
    sell_only_the_dock(shop)
    task, place = shop.task(10), shop.empty_bin()
    shipment = shop.release(shop.submit([LineRequest(shop.world.items[0], Decimal(4))]).order_id)
    with pytest.raises(BoundToPicks):
        put_away(lea, placed=[Placed(task.pk, place.pk, Decimal(7))])
    assert shop.held(place) == 0
    assert put_away(lea, placed=[Placed(task.pk, place.pk)]).done_ids == [task.pk]
    task.refresh_from_db()
    assert (task.moved, shop.held(place), shop.held(shop.receiving)) == (6, 6, 4)
    shop.pick(shipment)
    assert_proven()


def test_goods_that_are_gone_are_said_to_be(shop, lea):
    sell_only_the_dock(shop)
    task = shop.task(10)
    shop.ship([LineRequest(shop.world.items[0], Decimal(10))])
    with pytest.raises(PutawayRefused, match="nothing of it stands there any more"):
        put_away(lea, placed=[Placed(task.pk, shop.empty_bin().pk)])
    close_putaways(lea, task_ids=[task.pk], reason="Picked from the dock")
    task.refresh_from_db()
    assert (task.state, task.reason, task.ended_by, task.moved) == (
        "closed",
        "Picked from the dock",
        "lea",
        0,
    )
    assert_proven()


@pytest.mark.parametrize(
    ("quantity", "kind", "error", "says"),
    [
        (Decimal(11), "pick", PutawayRefused, "10 of it are to be put away"),
        (Decimal(0), "pick", PutawayRefused, "10 of it are to be put away"),
        (None, "shipping", PutawayRefused, "goods are not kept in"),
        (None, "receiving", PutawayRefused, "goods are not kept in"),
    ],
)
def test_what_is_wrong_changes_nothing(shop, lea, quantity, kind, error, says):
    task, place = shop.task(10), shop.empty_bin()
    Bin.objects.filter(pk=place.pk).update(kind=kind)
    with pytest.raises(error, match=says):
        put_away(lea, placed=[Placed(task.pk, place.pk, quantity)])
    task.refresh_from_db()
    assert (task.state, task.moved, shop.held(shop.receiving)) == ("open", 0, 10)


def test_a_bin_of_another_site_is_none(shop, lea):
    task = shop.task(10)
    elsewhere = Bin.objects.filter(site=shop.world.sites[1]).first()
    with pytest.raises(BadInput):
        put_away(lea, placed=[Placed(task.pk, elsewhere.pk)])
    assert shop.held(shop.receiving) == 10


def test_a_task_is_one_persons(shop, lea):
    task, place = shop.task(10), shop.empty_bin()
    hugo = By(actor("warehouse", username="hugo"))
    begin_putaways(lea, task_ids=[task.pk])
    assert begin_putaways(lea, task_ids=[task.pk]).task_ids == [task.pk]
    with pytest.raises(PutawayTaken, match="lea is putting"):
        begin_putaways(hugo, task_ids=[task.pk])
    with pytest.raises(PutawayTaken):
        put_away(hugo, placed=[Placed(task.pk, place.pk)])
    # the supervisor gives it to the other one
    assert assign_putaways(shop.by(), task_ids=[task.pk], owner="hugo", priority=5).task_ids == [task.pk]
    task.refresh_from_db()
    assert (task.owner, task.priority, task.why, task.proposed_id) == ("hugo", 5, "", None)
    assert put_away(hugo, placed=[Placed(task.pk, place.pk)]).done_ids == [task.pk]
    with pytest.raises(PutawayClosed):
        begin_putaways(lea, task_ids=[task.pk])
    assert assign_putaways(shop.by(), task_ids=[task.pk], owner="lea").task_ids == []


@pytest.mark.parametrize("owner", ["nobody", "buyer"])
def test_work_is_given_to_those_who_do_it(shop, owner):
    actor("procurement", username="buyer")
    task = shop.task(10)
    with pytest.raises(BadInput, match="puts nothing away"):
        assign_putaways(shop.by(), task_ids=[task.pk], owner=owner)
    task.refresh_from_db()
    assert task.owner == ""


def test_rights(shop):
    task, buyer = shop.task(10), By(actor("procurement"))
    for refused in (
        lambda: begin_putaways(buyer, task_ids=[task.pk]),
        lambda: put_away(buyer, placed=[Placed(task.pk, shop.empty_bin().pk)]),
        lambda: assign_putaways(buyer, task_ids=[task.pk], priority=1),
        lambda: close_putaways(buyer, task_ids=[task.pk], reason="No"),
    ):
        with pytest.raises(NotPermitted):
            refused()


def test_statements_do_not_depend_on_the_tasks():
    shop, counts = dock(items=12), []
    for lines in (1, 12):
        received = shop.receive(5, lines=lines)
        tasks = list(PutawayTask.objects.filter(source_id=received.receipt_id).values_list("pk", flat=True))
        with count_statements() as begun:
            told = begin_putaways(shop.by(), task_ids=tasks)
        with count_statements() as moved:
            put_away(shop.by(), placed=[Placed(*pair) for pair in zip(tasks, told.bin_ids, strict=True)])
        counts.append((begun.statements, moved.statements))
    assert counts[0] == counts[1]
    assert counts[0][0] <= 8 and counts[0][1] <= 20, counts


def test_a_receipt_takes_two_statements_more_for_its_tasks(shop):
    shop.receive(10)  # its supplier is made with the first
    counts = []
    for wanted in (False, True):
        by_task(wanted)
        with count_statements() as counted:
            shop.receive(10)
        counts.append(counted.statements)
    assert counts[1] - counts[0] == 2
