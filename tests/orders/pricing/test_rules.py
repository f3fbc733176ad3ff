"""The price of a line as tables and properties: no database."""

import json
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erp.kernel.literals import to_json
from orders.pricing.rules import (
    AGREEMENT,
    GROUP,
    LIST,
    PROMOTION,
    Authority,
    Candidate,
    FreeOffer,
    floor_price,
    margin_percent,
    price_free,
    price_line,
    replacement_cost,
    reprice,
)

D = Decimal
ONE = Fraction(1)


def net(price_id, value, rank=LIST, **more):
    return Candidate(price_id, "net", D(str(value)), rank, more.pop("factor", ONE), **more)


def percent(price_id, value, rank=GROUP, **more):
    return Candidate(
        price_id, "discount", D(str(value)), rank, ONE, scope_id=more.pop("scope_id", price_id), **more
    )


def priced(*candidates, quantity=10, factor=ONE, cost="6", **more):
    return price_line(
        quantity=D(quantity), factor=factor, candidates=candidates, cost=D(cost), currency="EUR", **more
    )


LISTED = net(1, 10)

TABLE = {
    "nothing": ([], None, "", []),
    "list": ([LISTED], 10, "list", ["list"]),
    "agreement before terms": (
        [LISTED, percent(2, 20), net(3, 9, AGREEMENT)], 9, "agreement", ["list", "agreement"],
    ),
    "terms off list": ([LISTED, percent(2, 20)], 8, "group", ["list", "group"]),
    "terms without a list price give none": ([percent(2, 20)], None, "", []),
    "an agreement that gives no price lets the terms speak": (
        [percent(2, 5, AGREEMENT), net(3, 7, GROUP)], 7, "group", ["group"],
    ),
    "mark-up on cost": (
        [LISTED, Candidate(2, "markup", D(25), GROUP, ONE)], "7.5", "group", ["list", "group"],
    ),
    "cost plus": ([LISTED, Candidate(2, "cost_plus", D(3), GROUP, ONE)], 9, "group", ["list", "group"]),
    "job before ship-to before customer before node": (
        [net(5, 5, AGREEMENT, nearness=3), net(6, 6, AGREEMENT, nearness=2), net(7, 7, AGREEMENT, nearness=1),
         net(8, 8, AGREEMENT, nearness=0)], 8, "agreement", ["agreement"],
    ),
    "item before class before the class above": (
        [LISTED, percent(2, 30, place=3), percent(3, 20, place=2), percent(4, 10, place=1)], 9, "group",
        ["list", "group"],
    ),
    "the highest break that is reached": (
        [net(1, 10), net(2, 9, reached=D(10)), net(3, 8, reached=D(11))], 9, "list", ["list"],
    ),
    "another currency is no price": ([LISTED, net(2, 5, AGREEMENT, currency="USD")], 10, "list", ["list"]),
    "a cap that holds the line": (
        [LISTED, net(2, 8, AGREEMENT, allowance_id=1, left=D(10))], 8, "agreement", ["list", "agreement"],
    ),
    "a cap that does not": ([LISTED, net(2, 8, AGREEMENT, allowance_id=1, left=D(9))], 10, "list", ["list"]),
    "a promotion alone where it is cheaper": (
        [LISTED, percent(2, 10), percent(3, 25, PROMOTION, stacking="alone")], "7.5", "promotion",
        ["list", "group", "promotion"],
    ),
    "not where it is dearer": (
        [LISTED, percent(2, 10), percent(3, 5, PROMOTION, stacking="alone")], 9, "group", ["list", "group"],
    ),
    "on top of terms": (
        [LISTED, percent(2, 10), percent(3, 10, PROMOTION, stacking="on_terms")], "8.1", "promotion",
        ["list", "group", "promotion"],
    ),
    "never of an agreement": (
        [LISTED, net(2, 9, AGREEMENT), percent(3, 10, PROMOTION, stacking="on_terms"),
         percent(4, 50, PROMOTION, stacking="alone")], 9, "agreement", ["list", "agreement"],
    ),
    "on top of everything": (
        [LISTED, net(2, 9, AGREEMENT), percent(3, 10, PROMOTION, stacking="on_all")], "8.1", "promotion",
        ["list", "agreement", "promotion"],
    ),
    "those that stack together against the one alone": (
        [LISTED, percent(3, 10, PROMOTION, stacking="on_terms"), percent(4, 10, PROMOTION, stacking="on_all"),
         percent(5, 15, PROMOTION, stacking="alone")], "8.1", "promotion", ["list", "promotion", "promotion"],
    ),
    "one promotion counts once": (
        [LISTED, percent(3, 10, PROMOTION, stacking="on_all", place=2, scope_id=9),
         percent(4, 20, PROMOTION, stacking="on_all", place=1, scope_id=9)], 8, "promotion", ["list", "promotion"],
    ),
    "a budget that holds what comes off": (
        [LISTED, percent(3, 10, PROMOTION, stacking="on_all", allowance_id=1, left=D(10))], 9, "promotion",
        ["list", "promotion"],
    ),
    "one that does not": (
        [LISTED, percent(3, 10, PROMOTION, stacking="on_all", allowance_id=1, left=D("9.99"))], 10, "list", ["list"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("candidates", "price", "source", "steps"), TABLE.values(), ids=TABLE)
def test_which_price_holds(candidates, price, source, steps):
    found = priced(*candidates)
    assert found.unit_price == (None if price is None else D(str(price)))
    assert found.source == source
    assert [step["step"] for step in found.steps] == steps
    assert found.net == (0 if price is None else D(str(price)) * 10)


def test_what_gave_no_price_says_why():
    found = priced(
        LISTED,
        net(2, 8, AGREEMENT, currency="USD"),
        net(3, 8, AGREEMENT, allowance_id=1, left=D(9)),
        net(4, 8, AGREEMENT, reached=D(100)),
        percent(5, 10),
        percent(6, 20, place=2),
        percent(7, 1, PROMOTION, stacking="alone"),
    )
    assert dict(found.rejected) == {
        2: "currency", 3: "used_up", 4: "quantity", 6: "beaten", 7: "not_cheaper",
    }  # fmt: skip


def test_an_agreement_draws_stock_quantity_and_a_promotion_the_money_it_takes_off():
    box = Fraction(12)
    agreed = net(2, "100.00", AGREEMENT, factor=box, allowance_id=7, left=D(120))
    extra = percent(3, 10, PROMOTION, stacking="on_all", allowance_id=8, left=D(500))
    found = priced(agreed, extra, quantity=10, factor=box)
    assert (found.unit_price, found.draws) == (D(90), [(7, D(120)), (8, D(100))])
    by_hand = priced(agreed, extra, quantity=10, factor=box, override=D(95))
    assert (by_hand.unit_price, by_hand.draws) == (D(95), [])


def test_what_lines_before_took_is_gone():
    agreed = net(2, 8, AGREEMENT, allowance_id=7, left=D(15))
    assert priced(LISTED, agreed, taken={7: D(5)}).unit_price == 8
    assert priced(LISTED, agreed, taken={7: D(6)}).unit_price == 10


def test_a_price_set_by_hand_keeps_what_it_replaced():
    found = priced(LISTED, override=D("7.25"))
    assert (found.unit_price, found.found, found.source) == (D("7.25"), D(10), "override")
    assert found.steps[-1] == {"step": "override", "from": D(10), "value": D("7.25")}


@pytest.mark.parametrize(
    ("price", "for_unit", "in_unit", "expected"),
    [("120", 12, 1, "10"), ("10", 1, 12, "120"), ("1", 3, 1, "0.333333"), ("100", 7, 5, "71.428571")],
)
def test_a_price_per_box_is_a_price_per_piece_to_six_decimals(price, for_unit, in_unit, expected):
    found = priced(net(1, price, factor=Fraction(for_unit)), factor=Fraction(in_unit))
    assert found.unit_price == D(expected)


# Properties -----------------------------------------------------------------------------------------------

money = st.decimals(min_value="0.01", max_value="9999", places=4)
quantities = st.integers(1, 5000).map(D)
factors = st.sampled_from([ONE, Fraction(12), Fraction(1, 100), Fraction(5, 7)])
percents = st.decimals(min_value=0, max_value=100, places=2)


@st.composite
def candidates(draw):
    """Any mixture of stored prices, each with an id of its own."""
    made = []
    for price_id in range(1, draw(st.integers(1, 8)) + 1):
        rank = draw(st.sampled_from([AGREEMENT, GROUP, LIST, PROMOTION]))
        stacking = draw(st.sampled_from(["alone", "on_terms", "on_all"])) if rank == PROMOTION else ""
        methods = ["net"] if rank == LIST else ["net", "discount", "markup", "cost_plus"]
        method = "discount" if stacking.startswith("on") else draw(st.sampled_from(methods))
        metered = draw(st.booleans())
        made.append(
            Candidate(
                price_id, method, draw(percents if method == "discount" else money), rank, draw(factors),
                reached=draw(st.sampled_from([D(0), D(5), D(100)])), nearness=draw(st.integers(0, 4)),
                place=draw(st.integers(1, 3)), scope_id=draw(st.integers(1, 4)),
                currency=draw(st.sampled_from(["", "EUR", "EUR", "USD"])), stacking=stacking,
                allowance_id=price_id if metered else None, left=draw(money) if metered else None,
            )
        )  # fmt: skip
    return made


lines = {"found": candidates(), "quantity": quantities, "factor": factors, "cost": money}


@given(**lines, order=st.randoms(use_true_random=False))
def test_no_order_of_the_rules_changes_a_cent(found, quantity, factor, cost, order):
    shuffled = list(found)
    order.shuffle(shuffled)
    first = priced(*found, quantity=quantity, factor=factor, cost=cost)
    again = priced(*shuffled, quantity=quantity, factor=factor, cost=cost)
    assert (first.unit_price, first.net, first.steps, first.draws) == (
        again.unit_price, again.net, again.steps, again.draws,
    )  # fmt: skip


@given(**lines, override=st.none() | money)
def test_a_line_prices_again_from_its_stored_steps_to_the_same_cent(found, quantity, factor, cost, override):
    line = priced(*found, quantity=quantity, factor=factor, cost=cost, override=override)
    stored = json.loads(to_json(line.steps))
    assert reprice(stored, quantity=quantity, currency="EUR") == (line.unit_price, line.net)


@given(**lines)
def test_a_net_is_whole_cents_of_price_times_quantity(found, quantity, factor, cost):
    line = priced(*found, quantity=quantity, factor=factor, cost=cost)
    assert line.net == line.net.quantize(D("0.01"))
    assert abs(line.net - (line.unit_price or 0) * quantity) <= D("0.005")


@given(**lines)
def test_nothing_in_another_currency_is_ever_used(found, quantity, factor, cost):
    foreign = {each.price_id for each in found if each.currency == "USD"}
    line = priced(*found, quantity=quantity, factor=factor, cost=cost)
    assert not foreign & {step["price"] for step in line.steps}


@given(**lines)
def test_no_allowance_is_overdrawn(found, quantity, factor, cost):
    left = {each.allowance_id: each.left for each in found}
    line = priced(*found, quantity=quantity, factor=factor, cost=cost)
    assert all(0 <= amount <= left[key] for key, amount in line.draws)


@given(**lines)
def test_a_promotion_never_makes_a_line_dearer(found, quantity, factor, cost):
    without = [each for each in found if each.rank != PROMOTION]
    before = priced(*without, quantity=quantity, factor=factor, cost=cost).unit_price
    after = priced(*found, quantity=quantity, factor=factor, cost=cost).unit_price
    assert before == after or (before is not None and after is not None and after < before)


@given(
    breaks=st.dictionaries(quantities, money, min_size=1, max_size=6),
    few=quantities, more=quantities, terms=percents, extra=percents,
)  # fmt: skip
def test_who_buys_more_pays_no_more_per_unit(breaks, few, more, terms, extra):
    values = sorted(breaks.values(), reverse=True)
    listed = [
        net(n, value, reached=reached)
        for n, (reached, value) in enumerate(zip(sorted(breaks), values, strict=True), 1)
    ]
    others = [net(50, max(values)), percent(60, terms), percent(70, extra, PROMOTION, stacking="on_terms")]
    few, more = sorted((few, more))
    assert (
        priced(*listed, *others, quantity=more).unit_price
        <= priced(*listed, *others, quantity=few).unit_price
    )


@given(cost=money, floor=st.decimals(min_value=-100, max_value=99, places=1))
def test_a_price_at_the_floor_keeps_the_margin_and_a_step_below_does_not(cost, floor):
    price = floor_price(cost=cost, margin_floor=floor)
    assert (price - cost) * 100 >= floor * price
    below = price - D("0.000001")
    assert (below - cost) * 100 < floor * below


@given(found=money, cost=money, discount=percents, floor=st.sampled_from([D(-100), D(0), D(20)]))
def test_the_least_price_is_within_both_limits(found, cost, discount, floor):
    least = Authority(discount, floor).least(found=found, cost=cost)
    assert least >= found * (100 - discount) / 100 - D("0.000001")
    if floor > -100:
        assert (least - cost) * 100 >= floor * least


def test_cost_is_net_of_rebates_and_never_negative():
    assert replacement_cost(D(10)) == 10
    assert replacement_cost(D(10), rebate=D(3)) == 7
    assert replacement_cost(D(10), rebate=D(11)) == 0
    assert margin_percent(net=D(100), cost=D(80)) == D("20.0")


def gives(price_id, bought, free=1, stacking="free", **more):
    return Candidate(
        price_id, "free", D(free), PROMOTION, ONE, D(bought), scope_id=price_id, stacking=stacking, **more
    )


FREE_TABLE = {
    "each time it is reached": ([LISTED, gives(2, 3)], {}, (2, 3), []),
    "not reached": ([LISTED, gives(2, 11)], {}, None, [[2, "quantity"]]),
    "nothing is known to cost anything": ([gives(2, 3)], {}, None, []),
    "of two promotions the nearest": ([LISTED, gives(2, 3), gives(3, 5, nearness=0)], {}, (3, 2), [[2, "beaten"]]),
    "an agreement brings none": (
        [LISTED, net(4, 9, AGREEMENT), gives(2, 3)], {}, None, [[2, "agreement"]],
    ),
    "an agreement brings what says so": ([net(4, 9, AGREEMENT), gives(2, 3, stacking="free_all")], {}, (2, 3), []),
    "a price by hand brings none": ([LISTED, gives(2, 3)], {"override": D(10)}, None, []),
    "a budget that is spent": (
        [LISTED, gives(2, 3, allowance_id=7, left=D(0))], {}, None, [[2, "used_up"]],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FREE_TABLE)
def test_what_comes_free_with_ten(case):
    candidates, more, expected, rejected = FREE_TABLE[case]
    found = priced(*candidates, **more)
    offer = found.free
    assert (offer and (offer.price_id, offer.times)) == expected
    assert [entry for entry in found.rejected if entry[0] in (2, 3)] == rejected
    assert "free" not in [step["step"] for step in found.steps]


@given(quantity=st.integers(1, 500), bought=st.integers(1, 60), free=st.integers(1, 9))
def test_free_goods_never_pass_their_share(quantity, bought, free):
    offer = priced(LISTED, gives(2, bought, free), quantity=quantity).free
    times = offer.times if offer else 0
    assert times * bought <= quantity < (times + 1) * bought


@pytest.mark.parametrize(
    ("candidates", "left", "draw", "steps"),
    [
        ([LISTED], None, 20, [("list", 10), ("free", 0)]),
        ([LISTED, net(4, 9, AGREEMENT), percent(5, 20)], D(20), 20, [("list", 10), ("free", 0)]),
        ([], D(12), 12, [("free", 0)]),  # without a list price what it costs us
        ([LISTED], D("19.99"), None, None),
    ],
)
def test_free_goods_show_their_list_price_and_charge_the_budget_with_it(candidates, left, draw, steps):
    by = gives(2, 3, allowance_id=7, left=left, coupon="GIFT")
    found = price_free(
        FreeOffer(by, 2),
        of_line=4,
        quantity=D(2),
        factor=ONE,
        candidates=candidates,
        cost=D(6),
        currency="EUR",
    )
    if steps is None:
        assert found is None
        return
    assert [(step["step"], step["value"]) for step in found.steps] == steps
    assert (found.steps[-1]["with"], found.steps[-1]["coupon"]) == (4, "GIFT")
    assert (found.unit_price, found.net, found.source, found.draws) == (0, 0, "free", [(7, draw)])
    assert reprice(found.steps, quantity=D(2), currency="EUR") == (0, 0)


def test_what_others_took_of_the_budget_is_gone():
    by = gives(2, 3, allowance_id=7, left=D(25))
    asked = {
        "of_line": 1,
        "quantity": D(2),
        "factor": ONE,
        "candidates": [LISTED],
        "cost": D(6),
        "currency": "EUR",
    }
    assert price_free(FreeOffer(by, 2), **asked, taken={7: D(5)}) is not None
    assert price_free(FreeOffer(by, 2), **asked, taken={7: D(6)}) is None
