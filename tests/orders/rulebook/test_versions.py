"""Rules are written, proposed, approved by a second person, in force from a day, and brought back."""

from datetime import timedelta

import pytest

from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted, StaleVersion
from erp.kernel.models import AuditEvent, Decision
from orders.models import OrderRule, RuleVersion
from orders.rulebook import snapshot
from orders.rulebook.actions.decide_rules import approve_rules, drop_rules, propose_rules, send_rules_back
from orders.rulebook.actions.write_rules import begin_rules, remove_rule, write_rule
from orders.rulebook.errors import OwnRules, RulesOpen, RulesState
from orders.rulebook.queries import standing
from tests.factories import actor, customer_group, item_class, local_day
from tests.orders.rulebook.books import approved, rule, service, when, written
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade()


FIRST = rule(10, "priority", when("net", "at_least", "1000"), priority="2")


def test_codes_become_ids_and_come_out_as_they_were_meant(shop):
    group, kind = customer_group(code="KEY"), item_class(code="STEEL")
    draft = written(
        shop,
        rule(
            10, "site", when("customer_class", "in", "key"), when("item_class", "not_in", "Steel"),
            when("customer", "in", "C0, c1"), how="named", site="b1",
        ),
        rule(20, "fee", when("rush", "in", "rush"), item=service().code, amount="25"),
    )  # fmt: skip
    first, second = OrderRule.objects.filter(rule_version=draft).order_by("sequence")
    assert first.conditions == [
        {"field": "customer_class", "operator": "in", "values": [group.pk]},
        {"field": "item_class", "operator": "not_in", "values": [kind.pk]},
        {"field": "customer", "operator": "in", "values": shop.world.customers},
    ]
    assert first.outcome == {"how": "named", "site": shop.world.sites[1]}
    assert second.outcome == {"item": service_id(), "amount": "25"}
    assert draft.version == 3


def service_id() -> int:
    from masterdata.models import Item

    return Item.objects.get(code="HANDLING").pk


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"conditions": [when("colour", "in", "red")]}, "condition_1"),
        ({"conditions": [when("net", "in", "5")]}, "condition_1"),
        ({"conditions": [when("net", "at_least", "much")]}, "condition_1"),
        ({"conditions": [when("net", "at_least", "1 2")]}, "condition_1"),
        ({"conditions": [when("days_ahead", "at_most", "1.5")]}, "condition_1"),
        ({"conditions": [when("country", "in", "BE"), when("country", "in", "Belgium")]}, "condition_2"),
        ({"conditions": [when("customer", "in", "C0 NOBODY")]}, "condition_1"),
        ({"conditions": [when("channel", "in", "fax")]}, "condition_1"),
        ({"conditions": [when("rush", "in", "AOG")]}, "condition_1"),
        ({"conditions": [when("customer", "in", " ")]}, "condition_1"),
        ({"conditions": [when("net", "below", "1")] * 9}, "conditions"),
        ({"outcome": {"priority": "0"}}, "priority"),
        ({"outcome": {"priority": "2.5"}}, "priority"),
        ({"kind": "site", "outcome": {"how": "named", "site": "NOWHERE"}}, "site"),
        ({"kind": "site", "outcome": {"how": "somewhere"}}, "how"),
        ({"kind": "hold", "outcome": {"hold": "credit", "reason": "x"}}, "hold"),
        ({"kind": "hold", "outcome": {"hold": "rule", "reason": " "}}, "reason"),
        ({"kind": "fee", "outcome": {"item": "P0", "amount": "5"}}, "item"),
        ({"kind": "fee", "outcome": {"item": "HANDLING"}}, "amount"),
        ({"kind": "fee", "outcome": {"item": "HANDLING", "amount": "5", "percent": "1"}}, "amount"),
        ({"kind": "fee", "outcome": {"item": "HANDLING", "amount": "0.001"}}, "amount"),
        ({"kind": "fee", "outcome": {"item": "HANDLING", "percent": "101"}}, "percent"),
        ({"kind": "gift", "outcome": {}}, "kind"),
        ({"name": " "}, "name"),
        ({"sequence": 0}, "sequence"),
        ({"sequence": 10}, "sequence"),
    ],
)
def test_what_is_not_sound_is_refused_by_its_field_and_nothing_is_kept(shop, change, field):
    service()
    draft = written(shop, FIRST)
    with pytest.raises(BadInput) as refusal:
        write_rule(
            shop.by(), version_id=draft.pk, version=2, **{**rule(20, "priority", priority="3"), **change}
        )
    assert refusal.value.context["field"] == field
    assert list(OrderRule.objects.values_list("sequence", flat=True)) == [10]
    assert RuleVersion.objects.get().version == 2


def test_only_somebody_else_approves_and_then_it_holds(shop):
    draft = written(shop, FIRST)
    today = local_day()
    with pytest.raises(RulesState):
        approve_rules(By(actor("process_owner")), version_id=draft.pk, version=2)
    propose_rules(shop.by(), version_id=draft.pk, version=2)
    with pytest.raises(OwnRules):
        approve_rules(shop.by(), version_id=draft.pk, version=3)
    with pytest.raises(NotPermitted):
        approve_rules(By(actor("customer_service")), version_id=draft.pk, version=3)
    with pytest.raises(RulesState):
        write_rule(shop.by(), version_id=draft.pk, version=3, **rule(20, "priority", priority="3"))
    snapshot.forget()
    assert snapshot.in_effect(shop.world.company_id, today) is None
    approve_rules(By(actor("executive")), version_id=draft.pk, version=3)
    book = snapshot.in_effect(shop.world.company_id, today)
    assert (book.version_id, [each.name for each in book.rules]) == (draft.pk, ["priority 10"])
    assert snapshot.in_effect(shop.world.company_id, today - timedelta(days=1)) is None
    draft.refresh_from_db()
    assert (draft.state, draft.valid_from, standing(draft)) == ("approved", today, "holds")
    verbs = (
        Decision.objects.filter(subject="orders.ruleversion").order_by("pk").values_list("verb", flat=True)
    )
    assert list(verbs) == ["orders.begin_rules", "orders.propose_rules", "orders.approve_rules"]
    assert AuditEvent.objects.filter(table="orders_orderrule", operation="insert").count() == 1


def test_rules_are_not_approved_in_the_past(shop):
    draft = written(shop, FIRST)
    propose_rules(shop.by(), version_id=draft.pk, version=2)
    with pytest.raises(BadInput):
        approve_rules(
            By(actor("process_owner")), version_id=draft.pk, version=3,
            valid_from=local_day() - timedelta(days=1),
        )  # fmt: skip
    assert RuleVersion.objects.get().state == "proposed"


def test_a_proposal_goes_back_with_a_word_or_is_dropped(shop):
    draft = written(shop, FIRST)
    propose_rules(shop.by(), version_id=draft.pk, version=2)
    with pytest.raises(BadInput):
        send_rules_back(By(actor("executive")), version_id=draft.pk, version=3, reason=" ")
    send_rules_back(By(actor("executive")), version_id=draft.pk, version=3, reason="too high")
    gone = OrderRule.objects.get()
    remove_rule(shop.by(), version_id=draft.pk, version=4, rule_id=gone.pk)
    assert not OrderRule.objects.exists()
    with pytest.raises(StaleVersion):
        drop_rules(shop.by(), version_id=draft.pk, version=4)
    drop_rules(shop.by(), version_id=draft.pk, version=5)
    assert RuleVersion.objects.get().state == "dropped"


def test_one_version_is_written_at_a_time_and_the_next_takes_over_on_its_day(shop):
    first = approved(shop, FIRST)
    day = local_day()
    draft = written(shop, rule(5, "ship_rule", ship_rule="complete"), based_on=first.pk)
    assert [each.sequence for each in draft.rules.order_by("sequence")] == [5, 10]
    with pytest.raises(RulesOpen):
        begin_rules(shop.by(), company_id=shop.world.company_id, reason="another")
    propose_rules(shop.by(), version_id=draft.pk, version=draft.version)
    begins = day + timedelta(days=3)
    approve_rules(
        By(actor("process_owner")), version_id=draft.pk, version=draft.version + 1, valid_from=begins
    )
    company = shop.world.company_id
    assert snapshot.in_effect(company, begins - timedelta(days=1)).version_id == first.pk
    assert snapshot.in_effect(company, begins).version_id == draft.pk
    draft.refresh_from_db()
    assert (standing(draft), standing(first)) == ("scheduled", "holds")
    drop_rules(shop.by(), version_id=draft.pk, version=draft.version)  # its day has not come
    assert snapshot.in_effect(company, begins).version_id == first.pk
    with pytest.raises(RulesState):
        drop_rules(shop.by(), version_id=first.pk, version=first.version)


def test_an_older_version_comes_back_as_a_new_one(shop):
    first = approved(shop, FIRST)
    second = approved(shop)
    assert snapshot.in_effect(shop.world.company_id, local_day()) is None  # without rules
    back = written(shop, based_on=first.pk)
    assert (back.number, back.based_on_id, back.rules.count()) == (3, first.pk, 1)
    assert (standing(first), standing(second)) == ("past", "holds")


def test_rules_of_another_company_are_not_a_beginning(shop):
    from tests.factories import company

    other = company(code="OTHER")
    first = written(shop, FIRST)
    with pytest.raises(Exception, match="version of the order rules"):
        begin_rules(shop.by(), company_id=other.pk, reason="x", based_on=first.pk)
