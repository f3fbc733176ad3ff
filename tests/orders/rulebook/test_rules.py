"""The one function from facts and rules to what is decided: tables of conditions, and what never depends on order."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.models import SalesOrder
from orders.rulebook.checks import CHANNELS
from orders.rulebook.rules import FIELDS, OPERATORS, Condition, OrderFacts, Outcome, Rule, evaluate

FACTS = OrderFacts(
    customer=7,
    channel="edi",
    site=1,
    net=Decimal("500.00"),
    days_ahead=2,
    customer_class=frozenset({3, 4}),
    item_class=frozenset({11, 12}),
    country="NL",
    postal_code="3011AB",
    weight_kg=Decimal("31.5"),
)


@pytest.mark.parametrize(
    ("field", "operator", "values", "holds"),
    [
        ("customer", "in", (7, 8), True),
        ("customer", "not_in", (7,), False),
        ("customer_class", "in", (4,), True),
        ("customer_class", "not_in", (5,), True),
        ("channel", "in", ("edi", "api"), True),
        ("site", "in", (2,), False),
        ("item_class", "in", (12, 99), True),
        ("item_class", "not_in", (12,), False),
        ("net", "at_least", ("500",), True),
        ("net", "below", ("500",), False),
        ("net", "below", ("500.01",), True),
        ("days_ahead", "at_most", ("2",), True),
        ("days_ahead", "at_least", ("3",), False),
        ("country", "in", ("NL", "LU"), True),
        ("postal_code", "starts", ("10", "301"), True),
        ("postal_code", "starts_not", ("301",), False),
        ("rush", "in", ("-",), True),
        ("rush", "in", ("RUSH",), False),
        ("weight_kg", "at_least", ("31.5",), True),
    ],
)
def test_a_condition(field, operator, values, holds):
    assert Condition(field, operator, values).holds(FACTS) is holds


@pytest.mark.parametrize(
    ("change", "condition"),
    [
        ({"weight_kg": None}, Condition("weight_kg", "at_least", ("0",))),
        ({"weight_kg": None}, Condition("weight_kg", "below", ("100",))),
        ({"postal_code": ""}, Condition("postal_code", "starts", ("3",))),
        ({"postal_code": ""}, Condition("postal_code", "starts_not", ("3",))),
    ],
)
def test_what_is_not_known_meets_no_condition(change, condition):
    assert not condition.holds(replace(FACTS, **change))


def test_every_operator_of_every_fact_is_judged():
    for name, field in FIELDS.items():
        for operator in OPERATORS[field.kind]:
            assert Condition(name, operator, ("1",)).holds(FACTS) in (True, False)


def test_the_channels_are_those_of_orders_that_come_in():
    assert set(CHANNELS) == set(SalesOrder.Channel.values) - {"conversion"}


def a_rule(number: int, outcome: Outcome, *conditions: Condition, sequence: int | None = None) -> Rule:
    return Rule(number, number if sequence is None else sequence, f"rule {number}", conditions, outcome)


def test_of_each_kind_the_first_that_matches_decides_and_each_rule_says_what_became_of_it():
    never = Condition("country", "in", ("BE",))
    always = Condition("country", "in", ("NL",))
    rules = [
        a_rule(1, Outcome("priority", priority=9), always, never),
        a_rule(2, Outcome("priority", priority=2), always),
        a_rule(3, Outcome("priority", priority=1)),
        a_rule(4, Outcome("fee", item=5, amount=Decimal("12.50"))),
        a_rule(5, Outcome("fee", item=5, amount=Decimal("99"))),
        a_rule(6, Outcome("fee", item=6, percent=Decimal("1.5"))),
        a_rule(7, Outcome("hold", hold="rule", reason="look")),
        a_rule(8, Outcome("hold", hold="export", reason="look")),
    ]
    ruling = evaluate(FACTS, reversed(rules))
    assert [step.told() for step in ruling.steps] == [
        [1, 1], [2, "decides"], [3, "later"], [4, "decides"], [5, "later"], [6, "decides"], [7, "decides"],
        [8, "decides"],
    ]  # fmt: skip
    assert ruling.outcome("priority").priority == 2
    assert ruling.outcome("site") is None
    assert [rule.rule_id for rule in ruling.of("hold")] == [7, 8]
    assert ruling.fees(FACTS.net, "EUR") == Decimal("20.00")  # 12.50 + 1.5 % of 500


@pytest.mark.parametrize(
    ("outcome", "net", "currency", "charged"),
    [
        (Outcome("fee", item=1, percent=Decimal("2.5")), "0.20", "EUR", "0.01"),
        (Outcome("fee", item=1, percent=Decimal("2.5")), "0.19", "EUR", "0.00"),
        (Outcome("fee", item=1, percent=Decimal("10")), "1005", "JPY", "101"),
        (Outcome("fee", item=1, amount=Decimal("7.50")), "3", "EUR", "7.50"),
    ],
)
def test_a_fee_is_rounded_once_half_up(outcome, net, currency, charged):
    assert outcome.fee(Decimal(net), currency) == Decimal(charged)


outcomes = st.one_of(
    st.builds(Outcome, st.just("priority"), priority=st.integers(1, 99)),
    st.builds(Outcome, st.just("ship_rule"), ship_rule=st.sampled_from(["partial", "line", "complete"])),
    st.builds(
        Outcome, st.just("hold"), hold=st.sampled_from(["rule", "data", "export"]), reason=st.just("why")
    ),
    st.builds(Outcome, st.just("fee"), item=st.integers(1, 4), amount=st.decimals("0.01", "999", places=2)),
    st.builds(Outcome, st.just("fee"), item=st.integers(1, 4), percent=st.decimals("0.01", "20", places=2)),
)
conditions = st.one_of(
    st.builds(
        Condition, st.just("customer"), st.sampled_from(["in", "not_in"]), st.tuples(st.integers(6, 8))
    ),
    st.builds(
        Condition,
        st.just("net"),
        st.sampled_from(["at_least", "below"]),
        st.tuples(st.sampled_from(["1", "500", "900"])),
    ),
    st.builds(Condition, st.just("country"), st.just("in"), st.tuples(st.sampled_from(["NL", "BE"]))),
)
facts = st.builds(
    replace,
    st.just(FACTS),
    customer=st.integers(6, 8),
    net=st.decimals("0", "2000", places=2),
    country=st.sampled_from(["NL", "BE"]),
)


@st.composite
def rule_sets(draw):
    drawn = draw(st.lists(st.tuples(outcomes, st.lists(conditions, max_size=3)), max_size=8))
    return [a_rule(number, outcome, *asked) for number, (outcome, asked) in enumerate(drawn, 1)]


@given(facts, rule_sets(), st.randoms())
def test_the_sequence_decides_not_the_order_in_which_rules_are_kept(order, rules, random):
    shuffled = random.sample(rules, len(rules))
    assert evaluate(order, shuffled) == evaluate(order, rules)


@given(facts, rule_sets(), st.randoms())
def test_rules_that_do_not_overlap_may_stand_in_any_sequence(order, rules, random):
    """At most one rule of each kind matches: then the total in cents is the same whatever their places."""
    first = evaluate(order, rules)
    apart = [step.rule for step in first.steps if step.result != "later"]
    places = random.sample(range(1, len(apart) + 1), len(apart))
    moved = [replace(rule, sequence=place) for rule, place in zip(apart, places, strict=True)]
    again = evaluate(order, moved)
    assert again.fees(order.net, "EUR") == first.fees(order.net, "EUR")
    assert {rule.outcome for rule in again.decided.values()} == {
        rule.outcome for rule in first.decided.values()
    }


@given(facts, rule_sets())
def test_each_kind_is_decided_once_by_a_rule_whose_conditions_all_hold(order, rules):
    ruling = evaluate(order, rules)
    assert len(ruling.steps) == len(rules)
    for key, rule in ruling.decided.items():
        assert rule.outcome.key == key
        assert all(each.holds(order) for each in rule.conditions)
        earlier = [other for other in rules if other.sequence < rule.sequence and other.outcome.key == key]
        assert not any(all(each.holds(order) for each in other.conditions) for other in earlier)
