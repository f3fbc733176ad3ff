"""A site's calendar: which days it works, and when what is released now can leave."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

SEARCH_DAYS = 366  # a site that is closed for a year is not a site


def is_working_day(day: date, *, working_days: str, holidays: Collection[date]) -> bool:
    """Whether the site works on `day`; `working_days` is seven digits from Monday, 1 = open."""
    return working_days[day.weekday()] == "1" and day not in holidays


def working_day_from(day: date, *, working_days: str, holidays: Collection[date]) -> date:
    """`day` itself when the site works then, else the next day it does."""
    for offset in range(SEARCH_DAYS):
        candidate = day + timedelta(days=offset)
        if is_working_day(candidate, working_days=working_days, holidays=holidays):
            return candidate
    return day


def earliest_ship_date(
    *, at: datetime, cut_off: time, ship_days: int, working_days: str, holidays: Collection[date]
) -> date:
    """First date on which goods asked for at `at` (the site's local time) can leave the site.

    After the cut-off the clock starts on the next day; `ship_days` working days follow.
    """
    start = at.date() if at.time() <= cut_off else at.date() + timedelta(days=1)
    day = working_day_from(start, working_days=working_days, holidays=holidays)
    for _ in range(ship_days):
        day = working_day_from(day + timedelta(days=1), working_days=working_days, holidays=holidays)
    return day
