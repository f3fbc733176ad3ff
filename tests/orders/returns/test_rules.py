"""Who pays for a return, which limits it passes, and where it stands."""

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.returns.models import Reason
from orders.returns.rules import (
    Progress,
    exceeds,
    fee_percent,
    kits_begun,
    kits_until,
    paid,
    spread,
    standing,
)


@pytest.mark.parametrize(
    ("reason", "fee"),
    [
        ("not_needed", 15),
        ("ordered_wrong", 15),
        ("shipped_wrong", 0),
        ("defective", 0),
        ("short_dated", 0),
        ("transit", 0),
    ],
)
def test_only_the_customers_own_making_costs_a_fee(reason: str, fee: int) -> None:
    assert fee_percent(reason, D(15)) == fee
    assert set(Reason.values) == {
        "not_needed", "ordered_wrong", "shipped_wrong", "defective", "short_dated", "transit",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("net", "days", "sentence"),
    [
        ("500.00", 30, ""),
        ("500.01", 30, "its value of EUR 500.01 is above the limit of 500."),
        ("1.00", 31, "its goods left 31 days ago, outside the window of 30."),
        (
            "600",
            40,
            "its value of EUR 600 is above the limit of 500 and its goods left 40 days ago, "
            "outside the window of 30.",
        ),
    ],
)
def test_limits_are_told_in_words(net: str, days: int, sentence: str) -> None:
    today = date(2026, 3, 1)
    shipped = date.fromordinal(today.toordinal() - days)
    found = exceeds(
        net=D(net), limit=D(500), currency="EUR", shipped_on=[today, shipped], today=today, window_days=30
    )
    assert found == sentence


def test_the_price_paid_is_the_lines_share() -> None:
    assert paid(quantity=D(1), line_quantity=D(3), line_net=D("10.00"), currency="EUR") == D("3.33")
    assert paid(quantity=D(3), line_quantity=D(3), line_net=D("10.00"), currency="EUR") == D("10.00")
    assert paid(quantity=D(1), line_quantity=D(0), line_net=D(0), currency="EUR") == 0


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        ([Progress(D(2))], "approved"),
        ([Progress(D(2), received=D(1))], "received"),
        ([Progress(D(2), received=D(1), disposed=D(1), creditable=D(1))], "inspected"),
        ([Progress(D(2), received=D(1), disposed=D(1), creditable=D(1), credited=D(1))], "approved"),
        ([Progress(D(2), cancelled=D(1), received=D(1), disposed=D(1))], "closed"),
        ([Progress(D(2), received=D(2), disposed=D(2), creditable=D(2), credited=D(2))], "closed"),
        ([Progress(D(2), received=D(2), disposed=D(2), excess=D(1))], "approved"),
        ([Progress(D(2)), Progress(D(1), received=D(1))], "received"),
    ],
)
def test_the_next_step_is_the_state(lines: list[Progress], state: str) -> None:
    assert standing(lines) == state


whole = st.integers(0, 20)


@given(st.lists(st.tuples(whole, whole, whole, whole, whole), min_size=1, max_size=5))
def test_a_return_is_closed_only_when_nothing_is_open(counters: list[tuple[int, ...]]) -> None:
    lines = []
    for asked, back, decided, due, paid_back in counters:
        received = min(asked, back)
        disposed = min(received, decided)
        creditable = min(disposed, due)
        lines.append(
            Progress(D(asked), D(0), D(received), D(disposed), D(creditable), D(min(creditable, paid_back)))
        )
    done = all(
        line.quantity == line.received == line.disposed and line.creditable == line.credited for line in lines
    )
    assert (standing(lines) == "closed") is done


@pytest.mark.parametrize(
    ("weights", "back", "begun"),
    [
        ([1, 1, 1], 2, 2),  # each two thirds of a kit is rounded up to 0.666667
        ([1, 1, 1], 3, 3),
        ([4, 3], 1, 1),
        ([1, 1, 1], 0, 0),
    ],
)
def test_kits_that_came_back_are_replaced_and_not_one_more(weights: list[int], back: int, begun: int) -> None:
    shares = spread(D(3), [D(weight) for weight in weights])
    assert kits_begun((share, D(back), D(3)) for share in shares) == begun


def test_of_a_kit_that_is_torn_a_whole_one_comes_instead() -> None:
    assert kits_begun([(D("0.5"), D(2), D(2)), (D("0.5"), D(0), D(4))]) == 1


amounts = st.decimals(0, 1000, places=2)


@given(st.integers(1, 40), st.lists(amounts, min_size=1, max_size=6).filter(any))
def test_shares_make_the_kits_exactly(kits: int, weights: list[D]) -> None:
    shares = spread(D(kits), weights)
    assert sum(shares) == kits
    assert all(share >= 0 for share in shares)
    whole = sum(weights)
    assert all(
        abs(share - kits * weight / whole) <= D("0.000001")
        for share, weight in zip(shares, weights, strict=True)
    )


@given(st.decimals(0, 40, places=6), st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_parts_of_a_component_stand_for_all_its_kits_in_the_end(kits: D, parts: list[int]) -> None:
    whole, before, told = D(sum(parts)), D(0), D(0)
    for quantity in parts:
        after = before + quantity
        told += kits_until(kits=kits, part=after, whole=whole) - kits_until(
            kits=kits, part=before, whole=whole
        )
        before = after
    assert told == kits
