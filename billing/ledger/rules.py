"""Days that a statement is compared with: pure."""

from datetime import date, timedelta

DAY = timedelta(days=1)


def days_before(since: date, until: date) -> tuple[date, date]:
    """As many days just before: whole months before whole months (the quarter before a quarter), else day by day."""
    last = since - DAY
    if since.day == 1 and (until + DAY).day == 1:
        months = (until.year - since.year) * 12 + until.month - since.month + 1
        first = since.year * 12 + since.month - 1 - months
        return date(first // 12, first % 12 + 1, 1), last
    return last - (until - since), last


def year_before(day: date) -> date:
    """The same day of the year before; the last of February stays the last."""
    if day.month == 2 and (day + DAY).month == 3:
        return date(day.year - 1, 3, 1) - DAY
    return day.replace(year=day.year - 1)


def month_before(day: date) -> date:
    """The last day of the month before."""
    return day.replace(day=1) - DAY
