"""Rules tried on past orders: how many each touches, what would have been otherwise, and nothing is changed."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from erp.kernel.clock import now
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted
from erp.kernel.jobs import run_job
from erp.kernel.models import Job, User
from inventory.models import DemandGroup
from masterdata.models import Customer, Item, ShipTo, Site
from orders.entry.rules import LineRequest
from orders.entry.steering import Known, facts_of
from orders.models import OrderLine, RuleTrial, RuleTrialLine, RuleVersion, SalesOrder
from orders.orchestration.actions.start_trial import start_trial
from orders.orchestration.reads import PAST
from orders.orchestration.tasks import PART, purge_trials, try_on_past_orders
from orders.orchestration.trials import past_order
from orders.rulebook.snapshot import in_effect
from tests.factories import actor, customer_group, local_day, user
from tests.orders.rulebook.books import approved, rule, service, when, written
from tests.support import count_statements
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Trade:
    return trade()


def tried(shop: Trade, version: Any, days: int = 5) -> RuleTrial:
    today = local_day()
    made = start_trial(shop.by(), version_id=version.pk, from_on=today - timedelta(days=days), to_on=today)
    run_job(Job.objects.get(public_id=made.job).pk)
    return RuleTrial.objects.get(pk=made.trial_id)


def test_what_would_have_been_otherwise_beside_what_happened(shop):
    service()
    there = Site.objects.get(pk=shop.world.sites[1])
    big = shop.submit([LineRequest(shop.world.items[0], Decimal(100))])
    small = shop.submit()
    before = list(SalesOrder.objects.order_by("pk").values())
    draft = written(
        shop,
        rule(10, "site", when("net", "at_least", "500"), how="named", site=there.code),
        rule(20, "priority", when("net", "at_least", "500"), priority="2"),
        rule(30, "hold", when("net", "at_least", "500"), hold="rule", reason="look"),
        rule(40, "fee", when("net", "below", "500"), item="HANDLING", amount="15"),
        rule(50, "fee", when("net", "below", "500"), item="HANDLING", amount="99"),
    )
    trial = tried(shop, draft)
    assert (trial.orders, trial.finished_at is not None) == (2, True)
    hits = {each.sequence: trial.hits.get(str(each.pk), 0) for each in draft.rules.all()}
    assert hits == {10: 1, 20: 1, 30: 1, 40: 1, 50: 0}
    lines = {line.order_id: line for line in trial.lines.all()}
    far = lines[big.order_id]
    assert (far.site_was_id, far.site_would_id) == (shop.world.sites[0], there.pk)
    assert (far.priority_was, far.priority_would, far.holds_was, far.holds_would) == (5, 2, "", "rule")
    assert (far.fee_was, far.fee_would) == (0, 0)
    near = lines[small.order_id]
    assert (near.site_would_id, near.priority_would, near.fee_would) == (shop.world.sites[0], 5, 15)
    assert list(SalesOrder.objects.order_by("pk").values()) == before
    assert Job.objects.get().message == "2 of 2 orders touched"


def test_what_rules_in_force_did_is_seen_when_the_next_ones_would_not(shop):
    service()
    approved(
        shop,
        rule(10, "fee", item="HANDLING", amount="15"),
        rule(20, "hold", hold="rule", reason="all"),
    )
    order = shop.submit()
    line = tried(shop, written(shop)).lines.get()
    assert (line.order_id, line.fee_was, line.fee_would, line.holds_was, line.holds_would) == (
        order.order_id, 15, 0, "rule", "",
    )  # fmt: skip


def test_the_facts_of_a_past_order_are_those_it_was_submitted_with(shop):
    """The dry run and submit ask the same rules about the same facts."""
    key = customer_group(code="KEY")
    Customer.objects.filter(pk=shop.world.customers[0]).update(group=customer_group(code="SUB", parent=key))
    ShipTo.objects.filter(customer=shop.world.customers[0]).update(country="NL", postal_code="3011 ab")
    Item.objects.filter(pk=shop.world.items[0]).update(weight_kg="2.5")
    approved(
        shop,
        rule(
            10,
            "priority",
            when("customer_class", "in", "KEY"),
            when("weight_kg", "at_least", "25"),
            priority="2",
        ),
    )
    seen: list[Any] = []

    def remember(*args: Any) -> Any:
        seen.append(facts_of(*args))
        return seen[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("orders.entry.steering.facts_of", remember)
        order = shop.submit(
            [LineRequest(shop.world.items[0], Decimal(10))], requested_on=local_day() + timedelta(days=4)
        )
    from erp.kernel.batch import constant

    ((row,),) = [constant(PAST, [order.order_id])]
    assert past_order(row).facts == seen[0]
    assert (seen[0].country, seen[0].postal_code, seen[0].weight_kg, seen[0].days_ahead) == (
        "NL",
        "3011AB",
        25,
        4,
    )
    assert DemandGroup.objects.get().priority == 2
    assert in_effect(shop.world.company_id, local_day()) is not None
    assert Known().weight([]) == 0
    Item.objects.filter(pk=shop.world.items[0]).update(weight_kg=None)
    ((row,),) = [constant(PAST, [order.order_id])]
    assert past_order(row).facts.weight_kg is None


def test_statements_do_not_depend_on_the_orders(shop):
    draft = written(shop, rule(10, "priority", priority="2"))
    shop.submit()
    counts = []
    for _ in range(2):
        today = local_day()
        made = start_trial(shop.by(), version_id=draft.pk, from_on=today, to_on=today)
        with count_statements() as counted:
            run_job(Job.objects.get(public_id=made.job).pk)
        counts.append(counted.statements)
        for _more in range(6):
            shop.submit()
    assert counts[0] == counts[1]
    assert PART > 7 and try_on_past_orders.__doc__


def test_rights_and_days(shop):
    draft = written(shop)
    today = local_day()
    with pytest.raises(NotPermitted):
        start_trial(By(actor("customer_service")), version_id=draft.pk, from_on=today, to_on=today)
    for first, last in ((today, today - timedelta(days=1)), (today - timedelta(days=92), today)):
        with pytest.raises(BadInput):
            start_trial(shop.by(), version_id=draft.pk, from_on=first, to_on=last)
    assert not RuleTrial.objects.exists() and not Job.objects.exists()


def test_the_page_tells_and_exports_it(shop):
    service()
    order = shop.submit()
    trial = tried(shop, written(shop, rule(10, "fee", item="HANDLING", amount="15")))
    client = Client()
    client.force_login(User.objects.get(username="bench"))
    page = reverse("orders:rule_trial", args=[trial.pk])
    text = client.get(page).content.decode()
    assert order.number in text and "Fee HANDLING of 15.00" in text and "+15.00" in text
    for view in ("site", "priority", "holds"):
        assert order.number not in client.get(f"{page}?view={view}").content.decode()
    sheet = client.get(f"{page}?export=csv")
    assert sheet.status_code == 200 and "15.00" in sheet.content.decode("utf-8-sig")
    outsider = Client()
    outsider.force_login(user("customer_service", scope=f"site:{shop.world.sites[1]}"))
    assert order.number not in outsider.get(page).content.decode()
    assert OrderLine.objects.count() == 1


def test_trials_are_forgotten_a_week_after_they_have_ended(shop):
    shop.submit()
    draft = written(shop, rule(10, "priority", priority="2"))
    old, fresh, stuck = (tried(shop, draft) for _n in range(3))
    assert old.lines.count() == fresh.lines.count() == 1
    week = timedelta(days=7, minutes=1)
    RuleTrial.objects.filter(pk=old.pk).update(finished_at=now() - week)
    RuleTrial.objects.filter(pk=stuck.pk).update(finished_at=None, started_at=now() - week)
    purge_trials()
    assert list(RuleTrial.objects.values_list("pk", flat=True)) == [fresh.pk]
    assert list(RuleTrialLine.objects.values_list("trial", flat=True)) == [fresh.pk]
    RuleTrial.objects.filter(pk=fresh.pk).update(finished_at=now() - week)
    purge_trials()  # the day's chore is done
    assert RuleTrial.objects.count() == 1
    assert RuleVersion.objects.filter(pk=draft.pk).exists()
