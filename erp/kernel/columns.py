"""Columns of lists: what is read from a row, how it looks on the screen and what it is in a spreadsheet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.html import format_html

from .formats import DASH
from .templatetags import ui

NUMERIC = frozenset({"money", "signed", "quantity", "percent", "number", "age"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    name: attribute path of the row (`customer__name`), also its key in the URL.
    kind: text, code, chip, flag, day, instant, age, number, quantity, money, signed, percent.
    sort: field path or annotation to sort by; a sortable column needs an index on (sort, id).
    value: reads the row where a path does not do. states: {state: (label, tone)} of a chip.
    note: small text behind the value. optional: left out below 1000 px.
    permission: who may see it, on the screen and in every export alike. tabs: the only tabs that have it; none: all.
    wide: a sentence, which gets more room than a name.
    """

    name: str
    label: Any
    kind: str = "text"
    sort: str = ""
    value: Callable[[Any], Any] | None = None
    states: Mapping[Any, tuple[Any, str]] | None = None
    note: Callable[[Any], Any] | None = None
    optional: bool = False
    permission: str = ""
    ages: tuple[int, int] = (10, 20)  # days from which an age is amber, red
    places: int = 2
    tabs: tuple[str, ...] = ()
    wide: bool = False

    @property
    def numeric(self) -> bool:
        return self.kind in NUMERIC

    @property
    def css(self) -> str:
        names = [
            "num" if self.numeric else "",
            "code" if self.kind == "code" else "",
            "nw" if self.kind in ("day", "instant") else "",
            "clip" if self.kind == "text" else "",
            "wide" if self.wide else "",
            "opt" if self.optional else "",
        ]
        return " ".join(filter(None, names))

    def read(self, row: Model) -> Any:
        """The row's value, as it is."""
        if self.value is not None:
            return self.value(row)
        found: Any = row
        for part in self.name.split("__"):
            found = getattr(found, part, None)
            if found is None:
                return None
        return found() if callable(found) else found

    def show(self, row: Model) -> Any:
        """The cell's content, escaped."""
        value = self.read(row)
        body = format_html('<span class="sub">{}</span>', DASH) if value in (None, "") else self._show(value)
        note = self.note(row) if self.note else ""
        return format_html('{} <span class="sub pct">{}</span>', body, note) if note else body

    def _show(self, value: Any) -> Any:
        if self.kind == "chip":
            label, tone = self._state(value)
            return ui.chip(label, tone)
        if self.kind == "age":
            return ui.age(value, *self.ages)
        if self.kind == "instant":
            return ui.when(value)
        if self.kind == "day":
            return ui.day(value)
        if self.kind == "flag":
            return ui.icon("check", 15, str(self.label)) if value else ""
        return self._figure(value)

    def _figure(self, value: Any) -> str:
        if self.kind == "money":
            return ui.money(value, self.places)
        if self.kind == "signed":
            return ui.signed(value, self.places)
        if self.kind in ("quantity", "number"):
            return ui.qty(value)
        return ui.percent(value, self.places) if self.kind == "percent" else str(value)

    def _state(self, value: Any) -> tuple[Any, str]:
        return (self.states or {}).get(value, (value, "mute"))

    def export(self, row: Model) -> Any:
        """The value for a spreadsheet: numbers, dates and instants stay what they are."""
        value = self.read(row)
        if value in (None, ""):
            return None
        if self.kind == "chip":
            return str(self._state(value)[0])
        if isinstance(value, datetime):
            return timezone.localtime(value).replace(tzinfo=None)
        if isinstance(value, bool | int | Decimal | date):
            return value
        return str(value)
