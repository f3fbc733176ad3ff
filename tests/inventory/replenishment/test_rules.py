"""Needs, whole packs and shares, exactly; and what always holds of them (PU02, PU04)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erp.kernel.quantity import UnitFactor
from inventory.replenishment.ground import months_before, months_between
from inventory.replenishment.rules import (
    Asking,
    Outlook,
    Standing,
    Terms,
    bought,
    cover_of,
    days_covered,
    in_order,
    over_days,
    requirement,
    safety_stock,
    shared_out,
    together,
    without_circles,
    z_of,
)
from masterdata.catalogue.rules import Offer

D = Decimal
TERMS = Terms("stocked", "reorder_point", D(95), 7, 30, D(40), D(20))
STEADY = Outlook((D(73),) * 12)  # 2.4 a day
BOXES = Offer(1, 1, "Acme", "A1", UnitFactor("BX", 12, 1), D(30), 9)


@pytest.mark.parametrize(
    ("level", "z"), [("50", "0"), ("90", "1.2816"), ("95", "1.6449"), ("98", "2.0537"), ("99.9", "3.0902")]
)
def test_safety_by_service_level(level: str, z: str) -> None:
    assert z_of(D(level)) == D(z)


def test_what_is_covered_and_how_it_strays() -> None:
    assert over_days(D(73), 5) == 12
    assert safety_stock(D("1.6449"), D(10), 73) == D("25.482681")
    assert (days_covered(TERMS, 9), days_covered(replace(TERMS, method="order_up_to"), 9)) == (10, 16)
    seasonal = Outlook((D(10), D(20), D(60)))
    assert (seasonal.monthly(30), seasonal.monthly(31), seasonal.monthly(80)) == (10, 15, 30)
    both = together([Outlook((D(10),), D(3)), Outlook((D(5),), D(4)), Outlook()])
    assert (both.ahead, both.sigma) == ((D(15),), 5)


@pytest.mark.parametrize(
    ("changes", "position", "need"),
    [
        # 24 are expected in ten days; an order covers thirty.
        ({}, "24.000001", "0"),
        ({}, "24", "72"),
        ({}, "0", "72"),
        ({}, "-50", "144"),
        ({"order_quantity": D(10)}, "4", "30"),
        ({"method": "order_up_to"}, "24", "0"),
        ({"method": "order_up_to"}, "20", "4"),
        ({"method": "min_max", "minimum": D(10), "maximum": D(50)}, "11", "0"),
        ({"method": "min_max", "minimum": D(10), "maximum": D(50)}, "10", "40"),
        ({"method": "min_max", "minimum": D(10)}, "5", "77"),
        ({"method": "min_max"}, "20", "76"),
        ({"method": "min_max", "minimum": D(0)}, "0", "0"),
        ({"method": "eoq"}, "24", "418.568991"),
        ({"method": "eoq", "order_cost": D(0)}, "24", "72"),
        ({"stocking": "order_only"}, "-7", "7"),
        ({"stocking": "order_only"}, "0", "0"),
        ({"stocking": "hub_only", "method": "min_max", "minimum": D(9)}, "3", "0"),
        ({"stocking": "non_stock"}, "-7", "0"),
    ],
)
def test_what_is_needed(changes: dict, position: str, need: str) -> None:
    terms = replace(TERMS, **changes)
    found = requirement(terms, Standing(available=D(position)), STEADY, days=10, unit_cost=D(2))
    assert (found.position, found.need) == (D(position), D(need))


def test_orders_that_are_in_already_count_where_they_are_more() -> None:
    standing = Standing(available=D(60))
    few = requirement(TERMS, standing, STEADY, days=10, known=D(20))
    many = requirement(TERMS, standing, STEADY, days=10, known=D(100))
    assert (few.trigger, few.need) == (24, 0)
    assert (many.trigger, many.target, many.need) == (100, 172, 72)


def test_the_position_is_what_there_is_and_comes_less_what_is_owed() -> None:
    standing = Standing(D(100), D(20), D(5), D(30), D(8), D(40))
    assert standing.position == 47


@pytest.mark.parametrize(
    ("need", "minimum", "multiple", "units", "quantity"),
    [
        ("24", None, None, 2, 24),
        ("25", None, None, 3, 36),
        ("25", "50", None, 5, 60),
        ("25", None, "24", 4, 48),
        ("49", "50", "48", 8, 96),
    ],
)
def test_suppliers_sell_whole_packs(
    need: str, minimum: str, multiple: str, units: int, quantity: int
) -> None:
    least, step = (D(each) if each else None for each in (minimum, multiple))
    assert bought(D(need), BOXES, order_minimum=least, order_multiple=step) == (units, quantity)


def test_who_runs_out_first_is_served_first() -> None:
    asking = [Asking(1, D(8), D(5)), Asking(2, D("5.5"), D(-1)), Asking(3, D(4), D(5))]
    assert shared_out(asking, D(10), 0) == {2: 6, 1: 4}
    assert shared_out(asking, D("5.9"), 0) == {2: 5}
    assert shared_out(asking, D(-3), 0) == {}
    assert cover_of(D(24), D(73)) == 10
    assert cover_of(D(5), D(0)) > cover_of(D(-1), D(0))


def test_each_site_comes_before_its_hub_and_circles_end() -> None:
    assert in_order({1: None, 2: 3, 3: 1, 4: 1}) == [2, 3, 4, 1]
    assert without_circles({1: 2, 2: 1, 3: 1, 4: 4, 5: None}) == {1: None, 2: None, 3: 1, 4: None, 5: None}


def test_months_are_counted_over_years() -> None:
    assert months_before(date(2026, 2, 1), 14) == date(2024, 12, 1)
    assert months_before(date(2025, 12, 1), -1) == date(2026, 1, 1)
    assert months_between(date(2024, 12, 1), date(2026, 2, 1)) == 14


QUANTITIES = st.decimals(-500, 500, places=3)


@given(
    st.sampled_from(["reorder_point", "min_max", "eoq", "order_up_to"]),
    st.decimals(0, 900, places=2),
    st.decimals(0, 90, places=2),
    QUANTITIES,
    st.integers(1, 120),
)
def test_what_is_needed_fills_up_and_is_never_negative(
    method: str, monthly: Decimal, sigma: Decimal, available: Decimal, days: int
) -> None:
    terms, outlook = replace(TERMS, method=method), Outlook((monthly,) * 12, sigma)
    found = requirement(terms, Standing(available=available), outlook, days=days, unit_cost=D(3))
    assert found.need >= 0
    if found.need:
        assert found.position <= found.trigger
        after = found.position + found.need
        assert after > found.trigger if found.lot else after == found.target
        again = requirement(
            terms, Standing(available=available, on_order=found.need), outlook, days=days, unit_cost=D(3)
        )
        assert again.need == 0


@given(st.lists(st.decimals(0, 90, places=3), max_size=6), st.decimals(-50, 300, places=3))
def test_a_hub_never_gives_more_than_it_has_nor_than_is_asked(needs: list[Decimal], free: Decimal) -> None:
    asking = [Asking(place, need, D(place)) for place, need in enumerate(needs)]
    given_away = shared_out(asking, free, 0)
    assert sum(given_away.values(), D(0)) <= max(D(0), free)
    assert all(0 < quantity < needs[site] + 1 for site, quantity in given_away.items())
