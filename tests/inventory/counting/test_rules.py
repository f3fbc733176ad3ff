"""Classes, the day's plan, tolerance, and where a difference lies: tables and properties."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.counting.rules import CountedBin, class_of, classes_of, plan, spread, status_of_more, within
from inventory.stock.models import Status

TODAY = date(2026, 3, 2)
DAYS = {"A": 30, "B": 90, "C": 365}


def test_the_class_follows_the_value_that_lies_there():
    values = {1: Decimal(800), 2: Decimal(100), 3: Decimal(60), 4: Decimal(40), 5: Decimal(0)}
    assert classes_of(values) == {1: "A", 2: "B", 3: "B", 4: "C", 5: "C"}
    assert classes_of({1: Decimal(0)}) == {1: "C"}
    assert classes_of({}) == {}


def test_a_bin_is_of_the_class_of_what_is_worth_most_in_it():
    classes = {1: "A", 2: "C"}
    assert class_of(CountedBin(1, [2, 1], None, False), classes) == "A"
    assert class_of(CountedBin(1, [2, 9], None, False), classes) == "C"


def ago(days: int | None) -> date | None:
    return None if days is None else TODAY - timedelta(days=days)


def planned(
    bins: list[CountedBin], classes: dict[int, str], most: int = 9, drawn: int = 0
) -> list[tuple[int, str]]:
    made = plan(bins, classes=classes, days=DAYS, today=TODAY, most=most, drawn=drawn, seed=7)
    return [(each.bin_id, each.trigger) for each in made]


def test_short_picks_first_then_the_most_overdue_for_its_class():
    classes = {1: "A", 2: "B", 3: "C"}
    bins = [
        CountedBin(1, [3], ago(1), True),
        CountedBin(2, [1], ago(29), False),  # not due
        CountedBin(3, [1], ago(60), False),  # twice its days
        CountedBin(4, [2], ago(100), False),
        CountedBin(5, [3], None, False),  # never
    ]
    assert planned(bins, classes) == [(1, "short_pick"), (5, "class"), (3, "class"), (4, "class")]
    assert planned(bins, classes, most=1) == [(1, "short_pick"), (5, "class")]
    assert planned(bins, classes, most=0) == [(1, "short_pick")]


def test_some_of_the_rest_are_drawn_and_the_same_again():
    bins = [CountedBin(number, [1], ago(1), False) for number in range(10)]
    drawn = planned(bins, {1: "A"}, drawn=3)
    assert len(drawn) == 3
    assert {trigger for _bin, trigger in drawn} == {"random"}
    assert planned(bins, {1: "A"}, drawn=3) == drawn
    assert len(planned(bins, {1: "A"}, drawn=30)) == 10
    assert planned([CountedBin(1, [1], TODAY, False)], {1: "A"}, drawn=3) == []


def test_a_bin_whose_difference_is_not_decided_is_not_planned():
    bins = [CountedBin(1, [1], None, True, waits=True), CountedBin(2, [1], None, True)]
    assert planned(bins, {1: "A"}, most=9, drawn=9) == [(2, "short_pick")]


@given(
    bins=st.lists(
        st.tuples(st.integers(1, 3), st.one_of(st.none(), st.integers(0, 400)), st.booleans()), max_size=12
    ),
    most=st.integers(0, 5),
    drawn=st.integers(0, 5),
)
def test_no_bin_is_planned_twice_and_no_short_pick_is_forgotten(bins, most, drawn):
    places = [CountedBin(number, [item], ago(days), short) for number, (item, days, short) in enumerate(bins)]
    made = planned(places, {1: "A", 2: "B", 3: "C"}, most, drawn)
    ids = [bin_id for bin_id, _trigger in made]
    assert len(ids) == len(set(ids))
    assert {place.bin_id for place in places if place.is_short} <= set(ids)
    assert sum(trigger == "class" for _bin, trigger in made) <= most
    assert sum(trigger == "random" for _bin, trigger in made) <= drawn


@pytest.mark.parametrize(
    ("counted", "ledger", "percent", "exact"),
    [(100, 100, 0, True), (99, 100, 0, False), (99, 100, 1, True), (98, 100, 1, False), (102, 100, 2, True),
     (1, 0, 5, False), (0, 0, 0, True)],
)  # fmt: skip
def test_tolerance_is_a_share_of_what_the_ledger_says(counted, ledger, percent, exact):
    assert within(Decimal(counted), Decimal(ledger), Decimal(percent)) is exact


def test_what_is_missing_is_taken_from_hold_first_and_never_from_picks():
    loose = {"available": Decimal(5), "hold": Decimal(3)}
    assert spread(Decimal(-4), loose) == ({"hold": -3, "available": -1}, 0)
    assert spread(Decimal(-9), loose) == ({"hold": -3, "available": -5}, 1)
    assert spread(Decimal(4), loose) == ({"available": 4}, 0)
    assert spread(Decimal(4), loose, more_as=Status.EXPIRED) == ({"expired": 4}, 0)
    assert spread(Decimal(0), loose) == ({}, 0)


@pytest.mark.parametrize(
    ("here", "is_expired", "status"),
    [
        ([], False, "available"), (["available"], False, "available"), (["damaged"], False, "damaged"),
        (["hold", "available"], False, "available"), (["damaged", "hold"], False, "hold"),
        (["available"], True, "expired"), ([], True, "expired"),
    ],
)  # fmt: skip
def test_what_is_found_is_what_lies_there(here, is_expired, status):
    assert status_of_more(here, is_expired=is_expired) == status


@given(
    difference=st.integers(-30, 30),
    loose=st.dictionaries(st.sampled_from(Status.values), st.integers(0, 9).map(Decimal), max_size=5),
)
def test_a_difference_is_spread_whole(difference, loose):
    found, bound = spread(Decimal(difference), loose)
    assert sum(found.values()) - bound == difference
    assert all(quantity > 0 or -quantity <= loose[status] for status, quantity in found.items())
