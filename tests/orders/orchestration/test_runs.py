"""The re-allocation run: previewed, committed as a job, taken back until release."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted
from erp.kernel.jobs import run_job
from erp.kernel.models import Job
from erp.kernel.proofs import prove, results_of
from inventory.models import Commitment, Demand, Pick, PromiseEvent, SiteStock
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.outbound.actions.record_picks import Picked, record_picks
from masterdata.models import Customer
from orders.entry.actions.cancel_order import cancel_order
from orders.entry.rules import LineRequest
from orders.models import ReallocationItem, ReallocationLine, ReallocationRun, SalesOrder
from orders.orchestration.actions.decide_run import commit_run, drop_run, undo_run
from orders.orchestration.actions.propose_run import propose_run
from orders.orchestration.actions.share_item import share_item, share_item_back
from orders.orchestration.errors import CannotUndo, NothingScarce, PreviewStale, RunState
from tests.factories import actor, customer_group, local_day, user
from tests.support import count_statements, in_turn, run_concurrently
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    """Ten of each of the first items are free; the second customer's class is served first."""
    made = trade()
    SiteStock.objects.filter(site=made.world.sites[0]).update(available=10)
    Customer.objects.filter(pk=made.world.customers[1]).update(
        group=customer_group(code="KEY", name="Key", priority=1)
    )
    return made


def wants(shop: Trade, quantity: int, customer: int = 0, items: int = 1) -> SalesOrder:
    lines = [LineRequest(item, Decimal(quantity)) for item in shop.world.items[:items]]
    submitted = shop.submit(lines, customer_id=shop.world.customers[customer])
    return SalesOrder.objects.get(pk=submitted.order_id)


def demand(order: SalesOrder) -> Demand:
    return Demand.objects.filter(group=order.group_id).order_by("pk").first()


def propose(shop: Trade) -> ReallocationRun:
    made = propose_run(shop.by(), site_id=shop.world.sites[0], item_ids=[], reason="key account waits")
    return ReallocationRun.objects.get(pk=made.run_id)


def entry(run: ReallocationRun) -> int:
    return run.items.get().pk


def promises() -> list[tuple]:
    return list(
        Demand.objects.order_by("pk").values_list("pk", "reserved", "promised_on", "first_promised_on")
    )


def test_the_preview_tells_winners_and_losers_and_changes_nothing(shop):
    first, key = wants(shop, 10), wants(shop, 8, customer=1)
    before = promises()
    run = propose(shop)
    lines = {line.order_id: line for line in run.lines.all()}
    price = {order.pk: order.lines.get().net / order.lines.get().stock_quantity for order in (first, key)}
    loser, winner = lines[first.pk], lines[key.pk]
    assert (loser.outcome, loser.broken, loser.stock_before, loser.stock_after) == ("loses", True, 10, 2)
    assert (winner.outcome, winner.broken, winner.stock_before, winner.stock_after) == ("wins", False, 0, 8)
    assert (loser.amount, winner.amount) == (-8 * price[first.pk], 8 * price[key.pk])
    assert loser.open_amount == first.net
    assert (loser.on, winner.was_on) == (None, None)
    assert promises() == before


def test_committed_and_taken_back(shop):
    first, key = wants(shop, 10), wants(shop, 8, customer=1)
    before = promises()
    run = propose(shop)
    assert share_item(shop.by(), entry_id=entry(run)).changed == 0  # not decided yet
    commit_run(shop.by(), run_id=run.pk)
    assert share_item(shop.by(), entry_id=entry(run)).changed == 2
    assert share_item(shop.by(), entry_id=entry(run)).changed == 0
    assert (demand(first).reserved, demand(first).promised_on, demand(key).reserved) == (2, None, 8)
    assert demand(first).first_promised_on is not None
    assert PromiseEvent.objects.filter(cause="reallocated").count() == 2
    assert all(result.green for result in results_of(prove(["S3", "S10", "S14", "D3", "D12"])))

    undo_run(shop.by(), run_id=run.pk)
    assert share_item_back(shop.by(), entry_id=entry(run)).changed == 2
    assert promises() == before
    assert all(result.green for result in results_of(prove(["S3", "S10", "S14", "D3", "D12"])))


def test_taken_back_later_every_day_is_still_to_come(shop):
    first, _key = wants(shop, 10), wants(shop, 8, customer=1)
    run = propose(shop)
    commit_run(shop.by(), run_id=run.pk)
    share_item(shop.by(), entry_id=entry(run))
    undo_run(shop.by(), run_id=run.pk)
    later = datetime.combine(local_day() + timedelta(days=30), time(9), UTC)
    assert share_item_back(shop.by(at=later), entry_id=entry(run)).changed == 2
    assert demand(first).promised_on == later.date()
    assert set(Commitment.objects.values_list("promised_on", flat=True)) == {later.date()}


def test_a_preview_that_is_no_longer_true_is_not_committed(shop):
    wants(shop, 10)
    wants(shop, 8, customer=1)
    run = propose(shop)
    commit_run(shop.by(), run_id=run.pk)
    wants(shop, 3, customer=1)  # someone else wants some now
    before = promises()
    with pytest.raises(PreviewStale):
        share_item(shop.by(), entry_id=entry(run))
    assert promises() == before
    assert run.items.get().state == "proposed"


def test_it_is_not_taken_back_once_a_winner_is_released(shop):
    wants(shop, 10)
    key = wants(shop, 8, customer=1)
    run = propose(shop)
    commit_run(shop.by(), run_id=run.pk)
    share_item(shop.by(), entry_id=entry(run))
    shop.release(key.pk)
    undo_run(shop.by(), run_id=run.pk)
    before = promises()
    with pytest.raises(CannotUndo):
        share_item_back(shop.by(), entry_id=entry(run))
    assert promises() == before


def test_what_the_warehouse_has_in_hand_is_not_taken(shop):
    first = wants(shop, 10)
    shop.release(first.pk)
    wants(shop, 8, customer=1)
    with pytest.raises(NothingScarce):
        propose(shop)
    assert not ReallocationRun.objects.exists()


def test_states_and_rights(shop):
    wants(shop, 10)
    wants(shop, 8, customer=1)
    with pytest.raises(BadInput):
        propose_run(shop.by(), site_id=shop.world.sites[0], item_ids=[], reason=" ")
    with pytest.raises(NotPermitted):
        propose_run(By(actor("customer_service")), site_id=shop.world.sites[0], item_ids=[], reason="x")
    run = propose(shop)
    with pytest.raises(RunState):
        undo_run(shop.by(), run_id=run.pk)
    drop_run(shop.by(), run_id=run.pk)
    with pytest.raises(RunState):
        commit_run(shop.by(), run_id=run.pk)
    assert ReallocationRun.objects.get().state == "dropped"


def test_statements_do_not_depend_on_the_items(shop):
    counts = []
    for items in (1, 10):
        wants(shop, 20, items=items)
        wants(shop, 8, customer=1, items=items)
        with count_statements() as counted:
            propose(shop)
        counts.append(counted.statements)
    assert counts[0] == counts[1] <= 20


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_orders_and_a_run_at_the_same_time_never_promise_a_unit_twice(shop):
    wants(shop, 10)
    wants(shop, 8, customer=1)
    run = propose(shop)
    commit_run(shop.by(), run_id=run.pk)

    def one(number: int) -> object:
        if number % 4 == 0:
            return share_item(shop.by(), entry_id=entry(run))
        return wants(shop, 1, customer=number % 2)

    results = run_concurrently(one, range(12))
    assert {type(result) for result in results if isinstance(result, Exception)} <= {PreviewStale}
    assert all(result.green for result in results_of(prove(["S3", "S10", "S14", "D3"])))


def test_what_a_picker_did_not_find_is_not_in_hand(shop):
    SiteStock.objects.filter(site=shop.world.sites[0]).update(available=14)
    first = wants(shop, 10)
    shipment = shop.release(first.pk)
    record_picks(shop.by(), shipment_id=shipment, picks=[Picked(Pick.objects.get().pk, Decimal(6), "empty")])
    assert demand(first).reserved == 10  # six picked, four promised from what is left
    key = wants(shop, 8, customer=1)
    lines = {line.order_id: line for line in propose(shop).lines.all()}
    assert (lines[first.pk].stock_after, lines[key.pk].stock_after) == (6, 4)


def play(shop: Trade, share_first: bool, other: Callable[[ReallocationRun], Any]) -> tuple[Any, Any]:
    """What a committed run of ten and eight and `other` came to, the second starting before the first commits."""
    run = ReallocationRun.objects.get()
    verbs = [lambda: share_item(shop.by(), entry_id=entry(run)), lambda: other(run)]
    if share_first:
        shared, done = in_turn(*verbs)
    else:
        done, shared = in_turn(*verbs[::-1])
    assert all(result.green for result in results_of(prove(["S3", "S10", "S14", "D3", "D12"])))
    return shared, done


in_either_turn = pytest.mark.parametrize("share_first", [True, False])


def committed(shop: Trade) -> tuple[SalesOrder, SalesOrder]:
    orders = wants(shop, 10), wants(shop, 8, customer=1)
    commit_run(shop.by(), run_id=propose(shop).pk)
    return orders


@in_either_turn
@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_a_run_and_release(shop, share_first):
    first, key = committed(shop)
    shared, released = play(shop, share_first, lambda _: shop.release(first.pk))
    assert isinstance(released, int)
    assert Pick.objects.get().quantity == demand(first).reserved == (2 if share_first else 10)
    assert demand(key).reserved == (8 if share_first else 0)
    assert share_first or isinstance(shared, PreviewStale)


@in_either_turn
@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_a_run_and_cancelling_the_winner(shop, share_first):
    first, key = committed(shop)
    shared, cancelled = play(
        shop, share_first, lambda _: cancel_order(shop.by(), order_id=key.pk, version=1, reason="too late")
    )
    assert cancelled.cancelled
    assert (demand(first).reserved, demand(key).reserved) == (10, 0)  # what the winner had comes back at once
    assert share_first or isinstance(shared, PreviewStale)


@in_either_turn
@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_a_run_and_ship_confirm(shop, share_first):
    first, key = committed(shop)
    shipment = shop.release(first.pk)
    shop.pick(shipment)
    shared, shipped = play(shop, share_first, lambda _: confirm_shipments(shop.by(), shipment_ids=[shipment]))
    assert shipped.shipment_ids == [shipment]
    assert isinstance(shared, PreviewStale)
    assert (demand(first).shipped, demand(first).reserved, demand(key).reserved) == (10, 0, 0)


@in_either_turn
@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_a_run_and_taking_it_back(shop, share_first):
    committed(shop)

    def undo(run: ReallocationRun) -> str:
        undo_run(shop.by(), run_id=run.pk)
        return run.items.get().state

    shared, found = play(shop, share_first, undo)
    assert (shared.state, found) == (("done", "done") if share_first else ("proposed", "proposed"))
    assert Job.objects.filter(kind="orders.reallocate").count() == 2  # each decision has started its own


@pytest.mark.django_db(transaction=True)
def test_the_screen_previews_commits_and_takes_back(shop):
    first, key = wants(shop, 10), wants(shop, 8, customer=1)
    client = Client()
    client.force_login(user("process_owner"))
    page = client.get(reverse("orders:scarcity_list"))
    assert page.status_code == 200
    stock = SiteStock.objects.get(item=shop.world.items[0], site=shop.world.sites[0])
    client.post(
        reverse("orders:scarcity_list"),
        {"action": "share", "asked": "1", "id": [stock.pk], "reason": "key account waits"},
    )
    run = ReallocationRun.objects.get()
    assert client.get(reverse("orders:run_list")).status_code == 200
    lines = reverse("orders:run", args=[run.pk])
    text = client.get(lines).content.decode()
    assert first.number in text and key.number in text and "Commit, 1 promises break" in text
    losers = client.get(f"{lines}?view=lose").content.decode()
    assert first.number in losers and key.number not in losers
    assert client.get(f"{lines}?export=csv").status_code == 200
    assert client.get(reverse("orders:run", args=[run.pk + 1])).status_code == 404
    client.post(reverse("orders:run_decide", args=[run.pk, "commit"]))
    run_job(Job.objects.get(kind="orders.reallocate").pk)
    assert ReallocationItem.objects.get().state == "done"
    assert demand(key).reserved == 8
    client.post(reverse("orders:run_decide", args=[run.pk, "undo"]))
    run_job(Job.objects.filter(kind="orders.reallocate").latest("pk").pk)
    assert ReallocationItem.objects.get().state == "undone"
    assert demand(key).reserved == 0
    assert ReallocationLine.objects.count() == 2
