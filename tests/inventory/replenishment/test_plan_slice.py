"""A run: what it looks at, what it proposes and why, and that it may run again, stop and go on (PU02, PU03, PU04)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from erp.kernel import clock
from erp.kernel.command import By
from erp.kernel.errors import InvalidTransition, NotPermitted
from erp.kernel.jobs import STALLED_AFTER, run_job
from erp.kernel.models import Job
from inventory.models import (
    Commitment,
    DemandForecast,
    PurchaseOrder,
    ReplenishmentProposal,
    StockingPolicy,
    Supply,
    TransferOrder,
)
from inventory.replenishment.actions.edit_proposal import edit_proposal
from inventory.replenishment.actions.plan_slice import (
    PlannedSlice,
    expire_replenishments,
    plan_slice,
)
from inventory.replenishment.actions.start_planning import RUN, start_planning
from inventory.replenishment.tasks import plan_tonight
from inventory.transfers.actions.request_transfer import Asked, request_transfer
from masterdata.models import Item
from tests import factories
from tests.factories import local_day
from tests.inventory.replenishment.stocked import MONTHLY, Stocked, assert_adds_up, steady, stocked
from tests.support import count_statements

pytestmark = pytest.mark.django_db
D = Decimal


def test_what_falls_to_its_reorder_point_is_proposed_with_its_why() -> None:
    made = steady(available=20)
    assert made.plan() == PlannedSlice(made.items[0].pk, 1, True, forecasts=1, made=1)
    found, forecast = made.proposal(), DemandForecast.objects.get()
    assert (forecast.method, forecast.monthly, forecast.sigma, forecast.wape) == ("average_12", MONTHLY, 0, 0)
    assert forecast.history["values"] == [str(MONTHLY)] * 12
    assert (found.kind, found.state, found.supplier, found.site) == ("buy", "open", made.supplier, made.hub)
    # 2.4 a day for nine days and the night; orders of thirty days.
    assert (found.expected, found.safety_stock, found.trigger, found.lot) == (24, 0, 24, 72)
    assert (found.available, found.position, found.need, found.quantity) == (20, 20, 72, 72)
    assert (found.value, found.lead_time_days, found.interval_days) == (144, 9, 10)
    assert found.due_on >= local_day() + timedelta(days=9)
    assert found.due_on.weekday() < 5
    assert_adds_up()


def test_a_month_that_strays_is_kept_safe() -> None:
    made = stocked()
    made.sold([40, 80, 60, 100, 20, 60, 90, 30, 60, 70, 50, 60])
    made.holds(0)
    made.plan()
    found, forecast = made.proposal(), DemandForecast.objects.get()
    assert forecast.sigma > 0
    assert found.safety_stock == (D("1.6449") * forecast.sigma * (D(10) * 12 / 365).sqrt()).quantize(
        D("0.000001")
    )
    assert found.trigger == found.expected + found.safety_stock
    made.say("service_level_percent", "99")
    made.plan()
    assert made.proposal().safety_stock > found.safety_stock
    assert_adds_up()


@pytest.mark.parametrize(
    ("case", "position"),
    [
        ("nothing else", 20),
        ("reserved", 15),
        ("on order", 27),
        ("drop shipment", 20),
        ("bought for an order", 20),
        ("asked of another site", 24),
        ("asked by another site", 17),
        ("owed", 14),
        ("wanted later", 20),
        ("special order", 20),
    ],
)
def test_the_position_counts_what_there_is_comes_and_is_owed(case: str, position: int) -> None:
    made = steady(available=20)
    item = made.items[0]
    here = {"item": item, "site": made.hub, "document": "PO-1", "due_on": local_day()}
    if case == "reserved":
        made.holds(20, reserved=5)
        made.wants(5, reserved=5)
    if case == "on order":
        Supply.objects.create(**here, expected=12, received=4, cancelled=1)
    if case == "drop shipment":
        Supply.objects.create(**here, expected=12, is_drop=True)
    if case == "bought for an order":
        supply, demand = Supply.objects.create(**here, expected=12, committed=12), made.wants(12)
        demand.supply_method = "special"
        demand.save(update_fields=["supply_method"])
        Commitment.objects.create(
            demand=demand, supply=supply, quantity=12, promised_on=local_day(), kind="earmarked"
        )
    if case in ("asked of another site", "asked by another site"):
        ends = [made.shop.pk, made.hub.pk] if case == "asked of another site" else [made.hub.pk, made.shop.pk]
        quantity = D(4) if case == "asked of another site" else D(3)
        lines = [Asked(item.pk, quantity)]
        request_transfer(made.by(), site_id=ends[0], to_site_id=ends[1], lines=lines, needed_on=local_day())
    if case == "owed":
        made.wants(6)
    if case == "wanted later":
        made.wants(6, on=local_day() + timedelta(days=3))
    if case == "special order":
        demand = made.wants(6)
        demand.supply_method = "special"
        demand.save(update_fields=["supply_method"])
    made.plan()
    found = ReplenishmentProposal.objects.filter(kind="buy", site=made.hub).first()
    if position > 24:
        assert found is None
    else:
        assert found is not None
        assert (found.position, found.need) == (position, 72)
    assert_adds_up()


def test_a_hub_gives_before_it_buys_and_buys_for_all() -> None:
    made = stocked()
    made.say("hub_site", "hub", f"site:{made.shop.pk}")
    made.sold([MONTHLY] * 12, site=made.shop)
    made.holds(0, site=made.shop)
    made.holds(50)
    made.plan()
    moved, bought = made.proposal(kind="move"), made.proposal(kind="buy")
    # Three days on the way and the night: 9.6; an order of thirty days is asked, the hub has fifty free.
    assert (moved.site, moved.from_site, moved.lead_time_days) == (made.shop, made.hub, 3)
    assert (moved.trigger, moved.need, moved.free, moved.quantity, moved.value) == (D("9.6"), 72, 50, 50, 250)
    # The hub expects what the shop sells, and owes it all that it needs.
    assert (bought.site, bought.monthly, bought.trigger) == (made.hub, MONTHLY, 24)
    assert (bought.dependent, bought.position, bought.need, bought.quantity) == (72, -22, 72, 72)
    assert_adds_up()


@pytest.mark.parametrize(
    ("item", "policy", "stock", "need"),
    [
        ({"stocking": "order"}, None, 0, 5),  # bought for orders: only what waits
        ({}, {"stocking": "non_stock"}, 0, None),
        ({}, {"stocking": "order_only"}, 0, 5),
        ({}, {"method": "min_max", "minimum": 40, "maximum": 90}, 30, 65),
        ({"status": "discontinued"}, None, 0, None),
        ({"status": "blocked"}, None, 0, None),
    ],
)
def test_how_an_item_is_stocked_decides(
    item: dict, policy: dict | None, stock: int, need: int | None
) -> None:
    made = steady(available=stock)
    made.wants(5)
    Item.objects.filter(pk=made.items[0].pk).update(**item)
    if policy:
        StockingPolicy.objects.create(
            company=made.company, item=made.items[0], reason="So", set_by="tests", **policy
        )
    made.plan()
    assert [each.need for each in ReplenishmentProposal.objects.all()] == ([need] if need else [])
    assert_adds_up()


def test_the_most_specific_policy_counts_as_a_whole() -> None:
    made = steady(available=0)
    above = factories.item_class()
    below = made.items[0].item_class
    below.parent = above
    below.save(update_fields=["parent"])
    common = {"company": made.company, "reason": "So", "set_by": "tests", "method": "min_max"}
    wider = [
        {"item_class": above, "minimum": 10, "maximum": 20},
        {"item_class": above, "site": made.hub, "minimum": 10, "maximum": 21},
        {"item_class": below, "minimum": 10, "maximum": 22},
        {"item": made.items[0], "minimum": 10, "maximum": 23},
        {"item": made.items[0], "site": made.hub, "minimum": 10, "maximum": 24},
    ]
    for each in wider:
        StockingPolicy.objects.create(**common, **each)
        made.plan()
        assert made.proposal(state="open").need == each["maximum"]


def test_a_run_again_changes_nothing_and_skips_what_is_not_new() -> None:
    made = steady(items=2)
    made.plan()
    before = list(ReplenishmentProposal.objects.order_by("pk").values())
    assert made.plan() == PlannedSlice(made.items[1].pk, 2, True, skipped=2, kept=2)
    after = list(ReplenishmentProposal.objects.order_by("pk").values())
    same = set(before[0]) - {"computed_at", "version"}
    assert [{name: row[name] for name in same} for row in after] == [
        {name: row[name] for name in same} for row in before
    ]
    made.wants(12, on=local_day().replace(day=1) - timedelta(days=3), shipped=True)
    assert (made.plan().forecasts, DemandForecast.objects.count()) == (1, 2)


def test_what_is_not_needed_any_more_goes_but_for_what_a_planner_said() -> None:
    made = steady(items=2)
    made.plan()
    edited = made.proposal(item=made.items[1])
    edit_proposal(
        made.by(), proposal_id=edited.pk, version=edited.version, quantity=D(100), note="Truck is half empty"
    )
    made.plan()
    edited.refresh_from_db()
    assert (edited.quantity, edited.edited_quantity, edited.value, edited.state) == (72, 100, 200, "open")
    for item in range(2):
        made.holds(500, item=item)
    assert (made.plan().gone, made.proposal(item=made.items[0]).state) == (1, "gone")
    edited.refresh_from_db()
    assert (edited.state, edited.edited_quantity, edited.outlived) == ("open", 100, True)
    made.holds(0, item=1)
    made.plan()
    edited.refresh_from_db()
    assert (edited.outlived, edited.edited_quantity, edited.position) == (False, 100, 0)
    assert_adds_up()


def test_what_no_run_confirms_expires() -> None:
    made = steady()
    made.plan()
    assert expire_replenishments(made.by(), company_id=made.company.pk).proposals == 0
    ReplenishmentProposal.objects.update(expires_on=local_day() - timedelta(days=1))
    assert expire_replenishments(made.by(), company_id=made.company.pk).proposals == 1
    assert (made.proposal().state, made.plan().made) == ("expired", 1)


def test_statements_do_not_depend_on_items_or_demand() -> None:
    made = steady(items=30)
    counts = []
    for after, limit in ((0, 1), (made.items[0].pk, 4), (made.items[4].pk, 25)):
        with count_statements() as counted:
            done = made.plan(after=after, limit=limit)
        assert (done.items, done.made, done.forecasts) == (limit, limit, limit)
        counts.append(counted.statements)
    assert len(set(counts)) == 1, counts
    with count_statements() as counted:
        made.plan()
    assert counted.statements <= counts[0]


def test_only_planners_plan_and_a_refusal_changes_nothing() -> None:
    made = steady()
    for role, scope in (("warehouse", "*"), ("procurement", f"company:{factories.company().pk}")):
        with pytest.raises(NotPermitted):
            plan_slice(By(factories.actor(role, scope=scope)), company_id=made.company.pk)
    assert not ReplenishmentProposal.objects.exists() and not DemandForecast.objects.exists()


def test_a_run_that_was_killed_goes_on_behind_its_last_slice(made_before_midnight: Stocked) -> None:
    made = made_before_midnight
    first = made.plan(limit=1)
    kept = made.proposal()
    long_ago = clock.now() - STALLED_AFTER - timedelta(seconds=1)
    position = {
        "after": first.after,
        "items": 1,
        "forecasts": 1,
        "skipped": 0,
        "made": 1,
        "kept": 0,
        "gone": 0,
    }
    job = Job.objects.create(
        kind=RUN, title="Planning", params={"company_id": made.company.pk}, state="running", total=3, done=1,
        cursor=position, started_at=long_ago, beat_at=long_ago,
    )  # fmt: skip
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.total, job.done) == ("done", 3, 3)
    assert job.message.startswith(
        "3 proposals are new, 0 stay, 0 are not needed any more, 0 expired; 3 forecasts"
    )
    assert ReplenishmentProposal.objects.get(pk=kept.pk).computed_at == kept.computed_at
    assert ReplenishmentProposal.objects.filter(state="open").count() == 3


@pytest.fixture
def made_before_midnight() -> Stocked:
    return steady(items=3)


def test_a_run_stops_when_asked_and_the_night_starts_one_for_each_company() -> None:
    made = steady(items=2)
    plan_tonight()
    job = Job.objects.get(kind=RUN)
    assert job.params == {"company_id": made.company.pk}
    with pytest.raises(InvalidTransition):
        start_planning(made.by(), company_id=made.company.pk)
    Job.objects.update(cancel_asked=True)
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, ReplenishmentProposal.objects.count()) == ("cancelled", 0)
    plan_tonight()  # once a night, however often beat asks
    assert Job.objects.filter(kind=RUN).count() == 1
    assert not PurchaseOrder.objects.exists() and not TransferOrder.objects.exists()
