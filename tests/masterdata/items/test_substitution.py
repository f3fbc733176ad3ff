"""Chains of substitutes as a pure rule: their order, what a chain of steps means, and how much is offered."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erp.kernel.quantity import UnitFactor
from masterdata.items.substitution import STEPS, Link, Pack, stand_ins, successors


def link(
    rule: int, a: int, b: int, kind: str = "superseded", ratio: object = 1, own: bool = False, rank: int = 1
):
    return Link(rule, a, b, kind, Fraction(ratio), own, rank)


def test_the_nearest_come_first_and_among_equals_the_rank_decides():
    links = [
        link(1, 10, 11, rank=2),
        link(2, 10, 12, "equivalent"),
        link(3, 12, 13, "upgrade"),
        link(4, 11, 14),
    ]
    assert [each.item_id for each in stand_ins(10, links)] == [12, 11, 13, 14]


def test_a_chain_multiplies_its_ratios_and_is_its_strongest_step():
    links = [link(1, 10, 11, ratio=Fraction(2, 3)), link(2, 11, 12, "upgrade", Fraction(1, 2), own=True)]
    first, second = stand_ins(10, links)
    assert (first.kind, first.ratio, first.own_price, first.rules) == (
        "superseded",
        Fraction(2, 3),
        False,
        (1,),
    )
    assert (second.kind, second.ratio, second.own_price, second.rules) == (
        "upgrade",
        Fraction(1, 3),
        True,
        (1, 2),
    )


def test_a_circle_ends_and_every_item_comes_once_by_its_shortest_way():
    links = [link(1, 10, 11), link(2, 11, 10), link(3, 11, 12), link(4, 10, 12, rank=9)]
    assert [(each.item_id, each.rules) for each in stand_ins(10, links)] == [(11, (1,)), (12, (4,))]


def test_a_chain_has_an_end():
    links = [link(n, n, n + 1) for n in range(1, STEPS + 5)]
    assert [each.item_id for each in stand_ins(1, links)] == list(range(2, STEPS + 2))


def test_only_what_replaced_the_item_for_good_is_a_successor():
    links = [link(1, 10, 11), link(2, 10, 12, "equivalent"), link(3, 11, 13), link(4, 13, 14, "upgrade")]
    assert [each.item_id for each in successors(10, links)] == [11, 13]


EACH, BOX, METRE = UnitFactor("EA", 1, 1), UnitFactor("BX", 12, 1), UnitFactor("MTR", 1, 1, 2)


@pytest.mark.parametrize(
    ("pack", "quantity", "offered"),
    [
        (Pack("A", "", BOX, EACH), Fraction(24), (Decimal(2), "BX")),
        (Pack("A", "", BOX, EACH), Fraction(25), (Decimal(25), "EA")),
        (Pack("A", "", EACH, EACH), Fraction(15, 2), (Decimal(8), "EA")),
        (Pack("A", "", METRE, METRE), Fraction(10, 3), (Decimal("3.34"), "MTR")),
        (Pack("A", "", METRE, METRE), Fraction(5, 2), (Decimal("2.50"), "MTR")),
    ],
)
def test_the_sales_unit_where_it_comes_out_even_else_the_stock_unit_rounded_up(pack, quantity, offered):
    assert pack.offered(quantity) == offered


@given(
    quantity=st.fractions(min_value=Fraction(1, 1000), max_value=10_000),
    numerator=st.integers(1, 1000),
    denominator=st.integers(1, 1000),
    decimals=st.integers(0, 3),
)
def test_never_less_than_asked_and_less_than_one_step_more(quantity, numerator, denominator, decimals):
    pack = Pack("A", "", UnitFactor("BX", numerator, denominator), UnitFactor("EA", 1, 1, decimals))
    offered, unit = pack.offered(quantity)
    stock = Fraction(offered) * (pack.sell.fraction if unit == "BX" else 1)
    assert quantity <= stock < quantity + Fraction(1, 10**decimals)
