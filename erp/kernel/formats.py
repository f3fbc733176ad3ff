"""How the reader writes numbers and dates: shown that way, understood that way and generously beyond.

Numbers are understood as `1,200.5`, `1.200,5` or `1 200,5`; the user's own format decides only what could mean
two things (`1.200`). Dates are understood as `t`, `+3`, `27.11`, `27 nov`, `27/11/2026`, `2026-11-27`.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

MINUS = "\u2212"
DASH = "\u2013"
THIN_SPACE = "\u202f"
AMOUNT = re.compile(r"(?<![\w.])(?<!\w-)-?\d+\.\d\d(?!\w|\.\w)")  # no part of a code or a longer number
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True)
class Formats:
    """Decimal mark, grouping mark and whether the month comes before the day."""

    decimal: str = "."
    group: str = ","
    month_first: bool = False
    zone: str = "UTC"


NUMBER_FORMATS = {"1,200.5": (".", ","), "1.200,5": (",", "."), "1 200,5": (",", THIN_SPACE)}
DATE_FORMATS = {"27/11": False, "11/27": True}

DEFAULT = Formats()
_current: ContextVar[Formats] = ContextVar("formats", default=DEFAULT)


def current() -> Formats:
    return _current.get()


@contextmanager
def reading_as(formats: Formats) -> Iterator[None]:
    """Show and understand numbers and dates this way inside the block."""
    token = _current.set(formats)
    try:
        yield
    finally:
        _current.reset(token)


@cache
def zones() -> frozenset[str]:
    """The names of all time zones; asked of the file system once, because it walks hundreds of files."""
    return frozenset(available_timezones())


def formats_of(preferences: dict[str, object]) -> Formats:
    """The user's stored choices; what is missing or unknown keeps the default."""
    decimal, group = NUMBER_FORMATS.get(str(preferences.get("number_format")), (".", ","))
    zone = str(preferences.get("zone", "UTC"))
    return Formats(
        decimal=decimal,
        group=group,
        month_first=DATE_FORMATS.get(str(preferences.get("date_format")), False),
        zone=zone if zone in zones() else "UTC",
    )


class FormatsMiddleware:
    """Each request reads, writes and tells the time as its user does."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        formats = formats_of(user.preferences) if user.is_authenticated else DEFAULT
        with reading_as(formats), timezone.override(ZoneInfo(formats.zone)):
            return self.get_response(request)


def write_number(value: Decimal | float | int, places: int) -> str:
    """The number rounded to `places`, grouped, with a true minus sign."""
    formats = current()
    text = f"{abs(Decimal(value)):,.{places}f}"
    whole, _mark, fraction = text.partition(".")
    negative = value < 0 and text.strip("0,.") != ""
    body = whole.replace(",", formats.group) + (formats.decimal + fraction if fraction else "")
    return (MINUS if negative else "") + body


def write_quantity(value: Decimal | float | int) -> str:
    """The quantity with as many decimals as it has."""
    exponent = Decimal(value).normalize().as_tuple().exponent
    return write_number(value, max(0, -int(exponent)))


def write_amounts(sentence: str) -> str:
    """A kept sentence, whose amounts stand plainly in it (`1.50 short of 4074.53`), with them as the reader writes."""
    return AMOUNT.sub(lambda found: write_number(Decimal(found[0]), 2), sentence)


def read_number(text: str) -> Decimal:
    """The number that was typed. Raises ValueError with one sentence when it is none."""
    body = re.sub(r"[\s\u00a0\u202f\u2009']", "", text).replace(MINUS, "-")
    sign, digits = (-1, body[1:]) if body.startswith("-") else (1, body.removeprefix("+"))
    if not re.fullmatch(r"[\d.,]*\d[\d.,]*", digits):
        raise ValueError(_("“%(text)s” is not a number.") % {"text": text})
    mark = _decimal_mark(digits)
    whole, _mark, fraction = digits.rpartition(mark) if mark else (digits, "", "")
    group = {".": ",", ",": "."}.get(mark, "")
    for other in ".," if not mark else group:
        whole = _without_groups(whole, other, text)
    if not (whole + fraction).isdecimal():
        raise ValueError(_("“%(text)s” is not a number.") % {"text": text})
    return sign * Decimal(f"{whole or '0'}.{fraction or '0'}" if mark else whole)


def _decimal_mark(digits: str) -> str:
    """Which mark, if any, separates the decimals."""
    marks = [mark for mark in digits if mark in ".,"]
    if not marks:
        return ""
    if len(set(marks)) == 2:
        return marks[-1]
    if len(marks) > 1:
        return ""
    whole, _, fraction = digits.partition(marks[0])
    could_be_group = len(fraction) == 3 and 1 <= len(whole) <= 3 and whole != "0"
    return marks[0] if not could_be_group or marks[0] == current().decimal else ""


def _without_groups(whole: str, mark: str, text: str) -> str:
    first, *rest = whole.split(mark)
    if any(len(part) != 3 for part in rest) or (rest and not 1 <= len(first) <= 3):
        raise ValueError(_("“%(text)s” is not a number: the groups need three digits.") % {"text": text})
    return first + "".join(rest)


def read_day(text: str, today: date) -> date:
    """The day that was typed, the next one to come where the year is left out. Raises ValueError when it is none."""
    body = text.strip().lower()
    if body in ("t", "today"):
        return today
    if relative := re.fullmatch(r"([+-]\d{1,4})", body.replace(MINUS, "-")):
        return today + timedelta(days=int(relative[1]))
    if iso := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", body):
        return date(int(iso[1]), int(iso[2]), int(iso[3]))
    if named := re.fullmatch(r"(\d{1,2})\.?\s*([a-z]{3,9})\.?\s*(\d{2}|\d{4})?", body):
        return _dated(int(named[1]), _month(named[2], text), named[3], today)
    if numbers := re.fullmatch(r"(\d{1,2})([./])(\d{1,2})(?:\2(\d{2}|\d{4})?)?", body):
        first, second = int(numbers[1]), int(numbers[3])
        swapped = current().month_first and numbers[2] == "/"
        day, month = (second, first) if swapped else (first, second)
        return _dated(day, month, numbers[4], today)
    raise ValueError(_("“%(text)s” is not a date. Try 27.11, 27 nov, +3 or t for today.") % {"text": text})


def _month(word: str, text: str) -> int:
    for number, name in enumerate(MONTHS, 1):
        if word.startswith(name):
            return number
    raise ValueError(_("“%(text)s” names no month.") % {"text": text})


def _dated(day: int, month: int, year: str | None, today: date) -> date:
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    this_year = date(today.year, month, day)
    # A day that has long passed means next year's: nobody asks for a delivery ten months ago.
    return this_year if (today - this_year).days <= 90 else date(today.year + 1, month, day)


def write_day(day: date) -> str:
    """`27 Nov 2026`: the same in every format, because the month is a word."""
    return f"{day.day} {MONTHS[day.month - 1].capitalize()} {day.year}"


def day_hint(day: date, today: date) -> str:
    """`Friday, in 4 days`, beside a date field."""
    weekday = day.strftime("%A")
    days = (day - today).days
    if days == 0:
        return _("%(weekday)s, today") % {"weekday": weekday}
    if days == 1:
        return _("%(weekday)s, tomorrow") % {"weekday": weekday}
    if days < 0:
        return _("%(weekday)s, %(days)s days ago") % {"weekday": weekday, "days": -days}
    return _("%(weekday)s, in %(days)s days") % {"weekday": weekday, "days": days}
