"""Keyset pages: the next 50 after the last row seen, as fast on page 4,000 as on page 1.

The order is (sort value, pk), both in one direction, so every page is a range of an index and no row is shown
twice or left out while others are added. The cursor is the last row's pair plus how many rows stand before it.
"""

import base64
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import F, Model, Q, QuerySet

M = TypeVar("M", bound=Model)

KEY = "sort_key"


@dataclass(frozen=True, slots=True)
class Order:
    """By what rows are sorted: a field path or annotation of the queryset."""

    expression: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """One page of rows. `start` counts from 1; the cursors are empty where there is no such page."""

    rows: list[M]
    start: int
    next_cursor: str = ""
    previous_cursor: str = ""

    @property
    def end(self) -> int:
        return self.start + len(self.rows) - 1


@dataclass(frozen=True, slots=True)
class Cursor:
    value: Any
    pk: int
    before: int  # rows in front of the one it names

    def encode(self) -> str:
        value = self.value.isoformat() if isinstance(self.value, date | datetime) else self.value
        plain = value if value is None or isinstance(value, bool | int) else str(value)
        text = json.dumps([plain, self.pk, self.before], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_page(
    queryset: QuerySet[M], order: Order, *, size: int, after: str = "", before: str = ""
) -> Page[M]:
    """The page after or before a cursor, else the first. A cursor that is not ours means the first page."""
    keyed = queryset.annotate(**{KEY: F(order.expression)})
    cursor = _decode(after or before, keyed)
    if cursor is None:
        rows = _first(keyed, order.descending, size + 1)
        return _page(rows[:size], 1, more_before=False, more_after=len(rows) > size)
    if after:
        rows = _first(_beyond(keyed, order.descending, cursor), order.descending, size + 1)
        start = cursor.before + 2
        return _page(rows[:size], start, more_before=True, more_after=len(rows) > size)
    rows = _first(_beyond(keyed, not order.descending, cursor), not order.descending, size + 1)
    shown = rows[:size][::-1]
    start = max(1, cursor.before + 1 - len(shown))
    return _page(shown, start, more_before=len(rows) > size, more_after=True)


def _page(rows: list[M], start: int, *, more_before: bool, more_after: bool) -> Page[M]:
    if not rows:
        return Page([], start)
    return Page(
        rows,
        start,
        next_cursor=_cursor(rows[-1], start + len(rows) - 2) if more_after else "",
        previous_cursor=_cursor(rows[0], start - 1) if more_before else "",
    )


def _cursor(row: Any, before: int) -> str:
    return Cursor(getattr(row, KEY), row.pk, before).encode()


def _first(queryset: QuerySet[M], descending: bool, count: int) -> list[M]:
    """The first rows. Their keys are found before anything else is computed: what a row shows may ask other tables,
    and the planner, which does not see how few rows that is for, would read those from end to end.
    """
    ordered = _ordered(queryset, descending)
    return list(_ordered(queryset.filter(pk__in=ordered.values("pk")[:count]), descending))


def _ordered(queryset: QuerySet[M], descending: bool) -> QuerySet[M]:
    # PostgreSQL's own order of nulls (last going up, first going down), so that a plain index serves both ways.
    return queryset.order_by(*(("-" + KEY, "-pk") if descending else (KEY, "pk")))


def _beyond(queryset: QuerySet[M], descending: bool, cursor: Cursor) -> QuerySet[M]:
    """Rows behind the cursor in this direction."""
    step = "lt" if descending else "gt"
    further = Q(**{f"pk__{step}": cursor.pk})
    empty = Q(**{f"{KEY}__isnull": True})
    if cursor.value is None:
        condition = (empty & further) | ~empty if descending else empty & further
    else:
        # The first term repeats the bound alone: the planner turns it into the start of an index range.
        condition = Q(**{f"{KEY}__{step}e": cursor.value}) & (Q(**{f"{KEY}__{step}": cursor.value}) | further)
        if not descending and _nullable(queryset):
            condition |= empty
    return queryset.filter(condition)


def _nullable(queryset: QuerySet[M]) -> bool:
    """Whether the sort value can be missing; what is computed is taken to."""
    target = getattr(queryset.query.annotations[KEY], "target", None)
    if target is None:
        return True
    return bool(target.null) or target.model is not queryset.model


def _decode(text: str, queryset: QuerySet[M]) -> Cursor | None:
    if not text:
        return None
    try:
        value, pk, before = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        field = queryset.query.annotations[KEY].output_field
        return Cursor(field.to_python(value), int(pk), max(0, int(before)))
    except (ValueError, TypeError, ValidationError):
        return None
