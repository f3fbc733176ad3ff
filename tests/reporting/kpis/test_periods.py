from datetime import date

import pytest

from reporting.kpis.periods import period


@pytest.mark.parametrize(
    ("key", "today", "first", "before"),
    [
        ("today", date(2026, 11, 23), date(2026, 11, 23), (date(2026, 11, 16), date(2026, 11, 16))),
        ("month", date(2026, 11, 23), date(2026, 11, 1), (date(2026, 10, 1), date(2026, 10, 23))),
        ("month", date(2026, 3, 31), date(2026, 3, 1), (date(2026, 2, 1), date(2026, 2, 28))),
        ("month", date(2026, 1, 5), date(2026, 1, 1), (date(2025, 12, 1), date(2025, 12, 5))),
        ("quarter", date(2026, 11, 23), date(2026, 10, 1), (date(2026, 7, 1), date(2026, 8, 23))),
        ("year", date(2026, 3, 1), date(2026, 1, 1), (date(2025, 1, 1), date(2025, 3, 1))),
        ("nonsense", date(2026, 11, 1), date(2026, 11, 1), (date(2026, 10, 1), date(2026, 10, 1))),
    ],
)
def test_a_period_is_compared_with_as_many_days_before(key, today, first, before):
    found = period(key, today)
    assert (found.first, found.last) == (first, today)
    assert (found.before_first, found.before_last) == before


def test_stock_is_averaged_at_the_opening_the_month_ends_and_the_last_day():
    assert period("month", date(2026, 11, 23)).month_ends() == [date(2026, 10, 31), date(2026, 11, 23)]
    assert period("quarter", date(2026, 11, 30)).month_ends() == [
        date(2026, 9, 30),
        date(2026, 10, 31),
        date(2026, 11, 30),
    ]
    assert len(period("year", date(2026, 12, 31)).month_ends()) == 13
