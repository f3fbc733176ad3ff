"""Working days and the cut-off."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masterdata.places import rules

WEEK = "1111100"
CHRISTMAS = frozenset({date(2026, 12, 25)})  # a Friday


def leaves(at, requested=None, week=WEEK, ship_days=0, holidays=CHRISTMAS, cut_off=time(15)):
    site = {"working_days": week, "holidays": holidays}
    earliest = rules.earliest_ship_date(at=at, cut_off=cut_off, ship_days=ship_days, **site)
    return rules.ship_date(requested=requested, earliest=earliest, **site)


@pytest.mark.parametrize(
    ("at", "requested", "expected"),
    [
        (datetime(2026, 11, 23, 15, 0), None, date(2026, 11, 23)),  # Monday, just in time
        (datetime(2026, 11, 23, 15, 1), None, date(2026, 11, 24)),
        (datetime(2026, 11, 27, 16, 0), None, date(2026, 11, 30)),  # Friday evening: Monday
        (datetime(2026, 11, 28, 9, 0), None, date(2026, 11, 30)),  # Saturday: Monday
        (datetime(2026, 12, 24, 16, 0), None, date(2026, 12, 28)),  # over Christmas
        (datetime(2026, 11, 23, 9, 0), date(2026, 12, 1), date(2026, 12, 1)),  # asked for later
        (datetime(2026, 11, 23, 9, 0), date(2026, 11, 29), date(2026, 11, 30)),  # asked for a Sunday
        (datetime(2026, 11, 23, 9, 0), date(2026, 11, 20), date(2026, 11, 23)),  # asked for the past
    ],
)
def test_the_day_goods_leave(at, requested, expected):
    assert leaves(at, requested) == expected


def test_a_site_that_needs_two_days_counts_working_days_only():
    assert leaves(datetime(2026, 12, 23, 9, 0), ship_days=2) == date(2026, 12, 28)


def test_the_cut_off_is_an_instant_of_the_site_s_own_day():
    at = [
        rules.cut_off_at(date(2026, month, 1), cut_off=time(15), time_zone="Europe/Brussels")
        for month in (7, 12)
    ]
    assert at == [datetime(2026, 7, 1, 13, tzinfo=UTC), datetime(2026, 12, 1, 14, tzinfo=UTC)]


WEEKS = st.text("01", min_size=7, max_size=7).filter(lambda week: "1" in week)
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@given(week=WEEKS, day=DAYS, holidays=st.frozensets(DAYS, max_size=5), ship_days=st.integers(0, 20))
def test_every_ship_date_is_a_working_day_and_counts_each_one_before_it(week, day, holidays, ship_days):
    at = datetime.combine(day, time(9))
    found = leaves(at, week=week, ship_days=ship_days, holidays=holidays)
    site = {"working_days": week, "holidays": holidays}
    before = [day + timedelta(days=n) for n in range((found - day).days)]
    assert rules.is_working_day(found, **site)
    assert sum(rules.is_working_day(one, **site) for one in before) == ship_days


@given(at=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), later=st.integers(0, 99))
def test_who_orders_later_never_ships_earlier(at, later):
    assert leaves(at) <= leaves(at + timedelta(hours=later))
