"""Rush orders: known codes, a quota that races cannot pass, a place ahead of others, and who would be bumped."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from erp.kernel.command import By
from erp.kernel.models import Decision, OutboxEntry, User
from erp.kernel.outbox import deliver
from erp.kernel.proofs import prove, results_of
from inventory.models import AllocationPolicy, Demand, DemandGroup, PromiseEvent, SiteStock
from masterdata.models import Customer, Item, Party
from masterdata.policies import snapshot
from orders.entry.actions.amend_order import amend_order
from orders.entry.amending import Amendment
from orders.entry.rules import LineRequest
from orders.holds.actions.release_hold import release_hold
from orders.models import Hold, OrderMessage, ReallocationRun, SalesOrder
from orders.orchestration.actions.decide_run import commit_run
from orders.orchestration.actions.share_item import share_item
from orders.rulebook.errors import RushUnknown, RushUsedUp
from tests.factories import LONG_AGO, actor, customer_group
from tests.orders.kits import kit_of
from tests.orders.rulebook.books import approved, rule, service, when
from tests.support import count_statements, run_concurrently
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db
TOLD = (
    "orders.orchestration.propose_for_rush",
    "orders.orchestration.let_rush_go_ahead",
    "orders.messages.draft_moved_promises",
)


@pytest.fixture
def shop() -> Trade:
    return trade()


def policies(**values: object) -> None:
    snapshot.assume(
        snapshot.Snapshot(
            values={(f"orders.{name}", "*"): [(LONG_AGO, None, value)] for name, value in values.items()}
        )
    )


def rush(shop: Trade, quantity: int = 1, **changes: object) -> SalesOrder:
    lines = [LineRequest(shop.world.items[0], Decimal(quantity))]
    submitted = shop.submit(lines, **{"rush": "rush", **changes})
    return SalesOrder.objects.select_related("group").get(pk=submitted.order_id)


def test_a_rush_order_goes_ahead_and_says_why(shop):
    order = rush(shop)
    assert (order.rush, order.group.priority, order.group.own_priority) == ("RUSH", 1, True)
    why = Decision.objects.get(verb="orders.submit_order", subject_id=order.pk).outcome
    assert why["rush"] == ["RUSH", 10, "0", "1"]
    plain = shop.submit()
    group = DemandGroup.objects.get(order=plain.order_id)
    assert (group.priority, group.own_priority) == (5, False)


def test_a_rush_order_costs_two_statements_more(shop):
    shop.submit()
    with count_statements() as plain:
        shop.submit()
    rush(shop)
    with count_statements() as counted:
        shop.submit([LineRequest(shop.world.items[0], Decimal(1))], rush="RUSH")
    assert counted.statements == plain.statements + 2


def test_an_unknown_code_is_refused(shop):
    with pytest.raises(RushUnknown):
        rush(shop, rush="AOG")
    policies(rush_codes="")
    with pytest.raises(RushUnknown):
        rush(shop)
    assert not SalesOrder.objects.exists()


def test_beyond_the_quota_it_is_refused_and_nothing_changes(shop):
    policies(rush_quota=2)
    rush(shop), rush(shop)
    with pytest.raises(RushUsedUp) as refusal:
        rush(shop)
    assert refusal.value.context["used"] == "2"
    assert SalesOrder.objects.count() == 2
    assert SiteStock.objects.get(item=shop.world.items[0], site=shop.world.sites[0]).reserved == 2
    rush(shop, site_id=shop.world.sites[1])  # another site has its own quota
    shop.submit()  # and without rush it is taken


def test_a_cancelled_rush_order_gives_its_place_back(shop):
    from orders.entry.actions.cancel_order import cancel_order

    policies(rush_quota=1)
    first = rush(shop)
    cancel_order(shop.by(), order_id=first.pk, version=1, reason="not needed")
    assert rush(shop).group.own_priority


def test_the_quota_may_count_units(shop):
    policies(rush_quota=10, rush_quota_of="units", rush_period="week")
    rush(shop, 6)
    with pytest.raises(RushUsedUp):
        rush(shop, 5)
    assert rush(shop, 4).group.priority == 1


def test_the_units_of_a_kit_are_its_components(shop):
    policies(rush_quota=10, rush_quota_of="units", rush_period="week")
    kit = kit_of({Item.objects.get(pk=shop.world.items[0]): 6})
    shop.submit([LineRequest(kit.pk, Decimal(1))], rush="RUSH")
    with pytest.raises(RushUsedUp):
        shop.submit([LineRequest(kit.pk, Decimal(1))], rush="RUSH")
    assert rush(shop, 4).group.priority == 1


def test_beyond_the_quota_it_may_be_held_and_rushes_once_it_is_released(shop):
    policies(rush_quota=1, rush_over_quota="hold")
    rush(shop)
    waits = rush(shop)
    hold = Hold.objects.get()
    assert (hold.kind, hold.order_id, waits.group.priority, waits.group.own_priority) == (
        "rush", waits.pk, 5, False,
    )  # fmt: skip
    assert "1" in hold.detail
    release_hold(By(actor("process_owner")), hold_id=hold.pk, reason="the line is down")
    deliver_all()
    group = DemandGroup.objects.get(order=waits)
    assert (group.priority, group.own_priority) == (1, True)
    rush_again = rush(shop)  # the released one counts: this is beyond the quota too
    assert rush_again.holds.get().kind == "rush"


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_the_last_place_is_taken_once(shop):
    policies(rush_quota=3)
    results = run_concurrently(lambda _: rush(shop), range(8))
    refused = [each for each in results if isinstance(each, Exception)]
    assert {type(each) for each in refused} == {RushUsedUp}
    assert len(refused) == 5
    assert SalesOrder.objects.count() == 3


def deliver_all() -> None:
    """What was told reaches those who listen to rush, holds and promises."""
    for name in TOLD:
        assert deliver(name).failed == 0


def test_a_short_rush_order_previews_who_would_be_bumped_and_bumps_nobody(shop):
    SiteStock.objects.filter(site=shop.world.sites[0]).update(available=10)
    Party.objects.update(email="buyer@example.com")
    first = shop.submit([LineRequest(shop.world.items[0], Decimal(8))])
    order = rush(shop, 6)
    before = list(Demand.objects.order_by("pk").values_list("reserved", "promised_on"))
    assert [reserved for reserved, _on in before] == [8, 2]
    deliver_all()
    run = ReallocationRun.objects.get()
    assert (run.state, run.reason) == ("proposed", f"Rush order {order.number} is short")
    lines = {line.order_id: line for line in run.lines.all()}
    assert (lines[order.pk].stock_after, lines[order.pk].outcome) == (6, "wins")
    assert (lines[first.order_id].stock_after, lines[first.order_id].broken) == (4, True)
    price = Decimal(9 + shop.world.items[0] % 90)
    assert lines[first.order_id].amount == -4 * price
    assert list(Demand.objects.order_by("pk").values_list("reserved", "promised_on")) == before

    commit_run(shop.by(), run_id=run.pk)
    share_item(shop.by(), entry_id=run.items.get().pk)
    deliver_all()
    assert list(Demand.objects.order_by("pk").values_list("reserved", flat=True)) == [4, 6]
    assert PromiseEvent.objects.filter(cause="reallocated").count() == 2
    notice = OrderMessage.objects.get(order=first.order_id)
    assert (notice.state, notice.later) == ("draft", True)
    assert all(result.green for result in results_of(prove(["S3", "S10", "S14", "D3", "D12"])))

    client = Client()
    client.force_login(User.objects.get(username="bench"))
    page = client.get(reverse("orders:order", args=[order.number])).content.decode()
    assert run.number in page and "RUSH: it asked for 1 of a quota of 10, of which 0 were taken." in page


def test_who_has_all_of_it_asks_for_no_run(shop):
    rush(shop)
    deliver_all()
    assert not ReallocationRun.objects.exists()
    assert not OutboxEntry.objects.filter(topic="orders.rush_short.v1").exists()


def test_rush_goes_before_what_policies_say_of_the_class(shop):
    key = customer_group(code="KEY", priority=2)
    Customer.objects.filter(pk=shop.world.customers[1]).update(group=key)
    AllocationPolicy.objects.create(
        company_id=shop.world.company_id, priority=3, valid_from=date(2020, 1, 1), reason="x", set_by="x"
    )
    SiteStock.objects.filter(site=shop.world.sites[0]).update(available=10)
    line = [LineRequest(shop.world.items[0], Decimal(10))]
    shop.submit(line, customer_id=shop.world.customers[1])
    order = rush(shop, 10)
    deliver_all()
    lines = {line.order_id: line.stock_after for line in ReallocationRun.objects.get().lines.all()}
    assert lines[order.pk] == 10


def test_a_rule_charges_the_rush_and_the_release_list_shows_it_first(shop):
    service()
    approved(shop, rule(10, "fee", when("rush", "in", "RUSH"), item="HANDLING", amount="25"))
    plain = SalesOrder.objects.get(pk=shop.submit().order_id)
    assert not plain.lines.filter(price_source="fee").exists()
    order = rush(shop)
    assert order.lines.get(price_source="fee").net == 25
    client = Client()
    client.force_login(User.objects.get(username="bench"))
    text = client.get(f"{reverse('inventory:release_list')}?view=all").content.decode()
    assert text.index(order.number) < text.index(plain.number)


def test_the_desk_keeps_the_code_and_says_what_it_means(shop):
    from orders.desk.preview import preview_draft
    from orders.entry.models import OrderDraft

    policies(rush_quota=0)
    bench = User.objects.get(username="bench")
    draft = OrderDraft(
        company_id=shop.world.company_id, customer_id=shop.world.customers[0], created_by=bench, rush="RUSH",
        job="", lines=[{"line": 1, "raw": "P0", "item_id": shop.world.items[0], "quantity": "1"}],
    )  # fmt: skip
    seen = preview_draft(draft, bench)
    assert [hold.kind for hold in seen.holds] == ["rush"]
    assert "Beyond the quota" in seen.rush_words
    policies(rush_quota=1)
    assert preview_draft(draft, bench).rush_words == "Goes ahead of others; nobody is bumped"


def amend(shop: Trade, order: SalesOrder, code: str) -> SalesOrder:
    order.refresh_from_db()
    amend_order(shop.by(), order_id=order.pk, version=order.version, amendment=Amendment(rush=code))
    return SalesOrder.objects.select_related("group").get(pk=order.pk)


def test_an_order_becomes_rush_and_is_no_rush_any_more(shop):
    service()
    approved(shop, rule(10, "fee", when("rush", "in", "RUSH"), item="HANDLING", amount="25"))
    policies(rush_quota=1)
    order = SalesOrder.objects.get(pk=shop.submit().order_id)
    order = amend(shop, order, "rush")
    assert (order.rush, order.group.priority, order.group.own_priority) == ("RUSH", 1, True)
    assert order.lines.get(price_source="fee").net == 25
    other = SalesOrder.objects.get(pk=shop.submit().order_id)
    with pytest.raises(RushUsedUp):
        amend(shop, other, "RUSH")
    with pytest.raises(RushUnknown):
        amend(shop, other, "AOG")
    order = amend(shop, order, "")
    assert (order.rush, order.group.priority, order.group.own_priority) == ("", 5, False)
    assert order.lines.get(price_source="fee").net == 0
    assert amend(shop, other, "RUSH").group.own_priority
    assert all(result.green for result in results_of(prove()))


def test_rush_taken_off_lets_go_what_was_held_for_it(shop):
    policies(rush_quota=0, rush_over_quota="hold")
    order = rush(shop)
    assert Hold.objects.get().released_at is None
    order = amend(shop, order, "")
    assert (Hold.objects.get().released_by, order.group.own_priority) == ("system:rush", False)
