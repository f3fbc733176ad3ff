"""Periods and what they are compared with. Pure: no database, no clock."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last` (today), beside as many days of the period before. All included."""

    key: str
    label: Any
    first: date
    last: date
    before_first: date
    before_last: date
    compared: Any  # "vs. last month"

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def month_ends(self) -> list[date]:
        """The points at which stock is averaged: the opening, each month's end inside, and the last day."""
        points = [self.first - DAY]
        month = self.first.replace(day=1)
        while True:
            month = (month + timedelta(days=32)).replace(day=1)
            if month - DAY >= self.last:
                return [*points, self.last]
            points.append(month - DAY)


LABELS = {"today": _("Today"), "month": _("Month"), "quarter": _("Quarter"), "year": _("Year")}


def period(key: str, today: date) -> Period:
    """The named period up to today; an unknown name means the month."""
    if key == "today":
        week_ago = today - 7 * DAY
        return Period(key, LABELS[key], today, today, week_ago, week_ago, _("vs. same weekday"))
    if key == "quarter":
        first = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
        return _to_date(key, first, today, _months_before(first, 3), _("vs. last quarter"))
    if key == "year":
        first = date(today.year, 1, 1)
        return _to_date(key, first, today, date(today.year - 1, 1, 1), _("vs. last year"))
    first = today.replace(day=1)
    return _to_date("month", first, today, _months_before(first, 1), _("vs. last month"))


def _to_date(key: str, first: date, today: date, before: date, compared: Any) -> Period:
    """As many days of the period before as have passed of this one, at most all of it."""
    last = min(before + (today - first), first - DAY)
    return Period(key, LABELS[key], first, today, before, last, compared)


def _months_before(first: date, months: int) -> date:
    place = first.year * 12 + first.month - 1 - months
    return date(place // 12, place % 12 + 1, 1)
