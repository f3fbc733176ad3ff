"""Which level an item reaches, and what its letter says."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.dunning.rules import Level, Overdue, fill, letter_of, next_level, text_in, unknown_placeholder

TODAY = date(2026, 6, 1)
EN = {"en": ("Reminder", "Please pay {total}")}
LEVELS = [
    Level(1, 7, Decimal(0), EN),
    Level(2, 21, Decimal(10), {**EN, "nl": ("Aanmaning", "Betaal {total}")}),
    Level(4, 40, Decimal(25), EN),
]


def item(
    days: int, last_level: int | None = None, last_days: int | None = None, amount: int = 100
) -> Overdue:
    last_on = TODAY - timedelta(days=last_days) if last_days is not None else None
    return Overdue(1, "INV-1", Decimal(amount), Decimal(0), TODAY - timedelta(days=days), last_level, last_on)


@pytest.mark.parametrize(
    ("found", "reached"),
    [
        (item(6), None),
        (item(7), 1),
        (item(100), 1),  # whatever the days, one level after the other
        (item(20, 1, 13), None),
        (item(21, 1, 14), 2),
        (item(21, 1, 6), None),  # too soon after the last letter
        (item(21, 1, 7), 2),
        (item(39, 2, 18), None),
        (item(40, 2, 18), 4),  # a level that was taken out is not missed
        (item(400, 4, 300), None),
    ],
)
def test_levels_are_reached_one_after_the_other(found: Overdue, reached: int | None) -> None:
    level = next_level(found, LEVELS, today=TODAY, pause_days=7)
    assert (level.level if level else None) == reached


def test_a_level_without_a_text_writes_nothing() -> None:
    silent = [Level(1, 7, Decimal(0), {}), *LEVELS[1:]]
    assert next_level(item(50), silent, today=TODAY, pause_days=7) is None


@pytest.mark.parametrize(
    ("items", "unapplied", "numbers"),
    [
        ([item(10), item(3)], 0, 1),  # the second has not come so far
        ([item(10), item(30, 1, 9)], 0, 2),
        ([item(3)], 0, 0),
        ([item(10, amount=9)], 0, 0),  # less than the least amount
        ([item(10, amount=10)], 0, 1),
        ([item(10)], 100, 0),  # their money is here, only not applied
        ([item(10)], 91, 0),
        ([item(10)], 90, 1),
    ],
)
def test_a_letter_has_what_reaches_a_level_and_is_worth_it(
    items: list[Overdue], unapplied: int, numbers: int
) -> None:
    found = letter_of(
        items, LEVELS, today=TODAY, pause_days=7, minimum=Decimal(10), unapplied=Decimal(unapplied)
    )
    assert len(found) == numbers


@given(st.lists(st.integers(0, 120), min_size=1, max_size=40))
def test_no_level_is_reached_twice_and_none_is_skipped(steps: list[int]) -> None:
    due, today, last_level, last_on, seen = TODAY, TODAY, None, None, []
    for step in steps:
        today += timedelta(days=step)
        one = Overdue(1, "INV-1", Decimal(5), Decimal(0), due, last_level, last_on)
        level = next_level(one, LEVELS, today=today, pause_days=7)
        if level is not None:
            assert (today - due).days >= level.days
            assert last_on is None or (today - last_on).days >= 7
            last_level, last_on = level.level, today
            seen.append(level.level)
    assert seen == [1, 2, 4][: len(seen)]


def test_texts_are_found_by_language_and_filled() -> None:
    assert text_in(LEVELS[1], "nl") == ("nl", ("Aanmaning", "Betaal {total}"))
    assert text_in(LEVELS[1], "fr")[0] == "en"
    assert text_in(Level(1, 7, Decimal(0), {"fr": ("R", "P")}), "nl")[0] == "fr"
    assert fill(
        "{name} owes {currency} {total}", {"name": "Acme {x}", "currency": "EUR", "total": "1.00"}
    ) == ("Acme {x} owes EUR 1.00")
    assert unknown_placeholder("{name} {total}") is None
    assert unknown_placeholder("{name} {iban}") == "iban"
    assert unknown_placeholder("{}") == ""
