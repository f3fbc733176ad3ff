"""A site's calendar: which days it works, and when what is released now can leave."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

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

    What comes in by the cut-off counts for that day, later for the next; `ship_days` working days follow.
    """
    start = at.date() if at.time() <= cut_off else at.date() + timedelta(days=1)
    day = working_day_from(start, working_days=working_days, holidays=holidays)
    for _ in range(ship_days):
        day = working_day_from(day + timedelta(days=1), working_days=working_days, holidays=holidays)
    return day


def ship_date(
    *, requested: date | None, earliest: date, working_days: str, holidays: Collection[date]
) -> date:
    """The day goods leave for a customer who asked for `requested`: then, or as soon as the site can."""
    if requested is None:
        return earliest
    return max(earliest, working_day_from(requested, working_days=working_days, holidays=holidays))


def cut_off_at(day: date, *, cut_off: time, time_zone: str) -> datetime:
    """The instant of the cut-off on a day at the site."""
    return datetime.combine(day, cut_off, ZoneInfo(time_zone))
