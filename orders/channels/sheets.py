"""From rows of a file to orders: headings, figures, dates, and which rows belong together."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.formats import Formats, current, read_day, read_number, reading_as, write_day
from erp.kernel.tabular import Cell, FileRefused, SheetRow, read_rows

from .rules import DocumentLine, OrderDocument

HEADINGS = {
    "customer": ("customer", "customer number", "customer no", "customer code", "sold to"),
    "customer_po": ("customer po", "po", "po number", "po no", "purchase order", "your reference"),
    "reference": ("order reference", "order ref", "order", "reference"),
    "job": ("job", "job number", "project"),
    "ship_to": ("ship to", "ship to code", "delivery address"),
    "requested_on": ("requested date", "requested", "requested on", "delivery date", "date"),
    "item": ("item", "item number", "item no", "item code", "sku", "article", "product", "gtin", "ean"),
    "quantity": ("quantity", "qty"),
    "unit": ("unit", "uom", "unit of measure"),
    "price": ("price", "unit price", "net price"),
    "price_reason": ("price reason",),
    "supply": ("supply", "supply method", "supplied"),
    "site": ("ships from", "ship from", "leaves from"),
    "note": ("note", "comment", "remark"),
}
TOGETHER = ("customer", "customer_po", "reference")  # rows that agree on these are one order
NEEDED = ("customer", "item", "quantity")
LENGTHS = {
    "customer_po": 60,
    "job": 30,
    "ship_to": 60,
    "item": 60,
    "unit": 3,
    "price_reason": 120,
    "supply": 7,
    "site": 20,
    "note": 2000,
}
TEMPLATE = ("Customer", "Customer PO", "Order reference", "Job", "Ship to", "Requested date", "Item", "Quantity",
            "Unit", "Price", "Price reason", "Supply", "Ships from", "Note")  # fmt: skip
MARKS = {".": ",", ",": "."}  # decimal mark → the mark that then groups
FULL_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}([./])\d{1,2}\1\d{4}")


@dataclass(slots=True)
class SheetOrder:
    """The rows of one customer, PO and order reference. `place` counts the file's orders from 1."""

    place: int
    document: OrderDocument

    @property
    def rows(self) -> list[int]:
        """The numbers of its rows in the file."""
        return [line.line for line in self.document.lines]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that could be read: its orders, the headings nobody knows, and its fingerprint."""

    orders: list[SheetOrder]
    unused: list[str]
    digest: str
    row_count: int = 0

    def key(self, order: SheetOrder) -> str:
        """Under which the order is known for ever: the same file again is the same orders."""
        return f"{self.digest}:{order.place}"


@dataclass(slots=True)
class _Values:
    """One row under its headings, its figures and date still as they stand in the file."""

    number: int
    cells: dict[str, Cell]
    problem: str
    torn: bool  # it does not even say whose order it is of: it waits with the row above

    def text(self, name: str) -> str:
        cell = self.cells.get(name, "")
        return f"{cell:f}" if isinstance(cell, Decimal) else cell


def read_sheet(content: bytes) -> Sheet:
    """The orders of an uploaded file, in the file's order. Raises FileRefused when it has no usable headings."""
    first, *rows = read_rows(content)
    columns, unused = _columns_of(first)
    width = len(first.cells)
    values = [_under_headings(row, columns, width) for row in rows]
    if not values:
        raise FileRefused(reason=_("it has headings, but no rows."))
    digest = hashlib.sha256(content).hexdigest()[:32]
    return Sheet(_orders_of(values), unused, digest, len(values))


def _columns_of(first: SheetRow) -> tuple[dict[str, int], list[str]]:
    """Where each known heading stands, and the headings that are not known."""
    names = {heading: name for name, headings in HEADINGS.items() for heading in headings}
    columns: dict[str, int] = {}
    unused = []
    for place, cell in enumerate(first.cells):
        heading = re.sub(r"[\s_.\-]+", " ", str(cell).lower()).strip()
        name = names.get(heading)
        if name in columns:
            raise FileRefused(reason=_("two columns are headed “%(heading)s”.") % {"heading": str(cell)[:40]})
        if name:
            columns[name] = place
        elif heading:
            unused.append(str(cell)[:40])
    if missing := [HEADINGS[name][0] for name in NEEDED if name not in columns]:
        raise FileRefused(
            reason=_(
                "no column is headed %(missing)s. Row %(n)s was read as: %(row)s. "
                "Take the template, with ; , or tab between columns."
            )
            % {
                "missing": ", ".join(missing),
                "n": first.number,
                "row": " | ".join(str(cell)[:20] for cell in first.cells[:6]) or "–",
            }
        )
    return columns, unused


def _under_headings(row: SheetRow, columns: dict[str, int], width: int) -> _Values:
    problem = row.problem
    delimited = all(isinstance(cell, str) for cell in row.cells)
    last = max(columns[name] for name in NEEDED)
    if not problem and len(row.cells) <= last:
        problem = _("The row has %(n)s of %(width)s columns; the file may be cut.") % {
            "n": len(row.cells),
            "width": width,
        }
    if not problem and delimited and len(row.cells) > width and any(row.cells[width:]):
        problem = _("The row has more columns than the headings; a delimiter may stand inside a value.")
    torn = (row.problem and not row.cells) or len(row.cells) <= last
    cells = {
        name: row.cells[place]
        for name, place in columns.items()
        if place < len(row.cells) and not (torn and name in TOGETHER)
    }
    return _Values(row.number, cells, problem, bool(torn))


# Figures ------------------------------------------------------------------------------------------------


def decimal_mark(texts: Iterable[str]) -> str:
    """The mark that these figures separate decimals with, if one of them tells and none contradicts."""
    found = {mark for mark in map(_mark_of, texts) if mark}
    return found.pop() if len(found) == 1 else ""


def _mark_of(text: str) -> str:
    marks = [sign for sign in text if sign in MARKS]
    if not marks:
        return ""
    if len(set(marks)) == 2:
        return marks[-1]
    if len(marks) > 1:
        return MARKS[marks[0]]
    whole, _sign, fraction = text.strip().lstrip("+-").partition(marks[0])
    could_be_group = len(fraction) == 3 and 1 <= len(whole) <= 3 and whole != "0"
    return "" if could_be_group else marks[0]


def figure(cell: Cell) -> str:
    """A figure as plain digits with a point; as it stands where it is none, so that it parks with its own text."""
    if isinstance(cell, Decimal):
        return f"{cell:f}" if abs(cell) < Decimal(10) ** 20 else str(cell)
    try:
        return f"{read_number(cell):f}" if cell else ""
    except ValueError:
        return cell[:40]


def _reading(mark: str) -> AbstractContextManager[None]:
    """Read figures with this decimal mark, or as the user does where the file does not tell."""
    user: Formats = current()
    return reading_as(replace(user, decimal=mark, group=MARKS[mark]) if mark else user)


# Orders -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Header:
    """What the rows of one order agree on; `conflict` says where one of them does not."""

    requested_on: date | None = None
    given: dict[str, str] = field(default_factory=dict)

    def conflict(self, row: _Values) -> str:
        """Take what the row says of its order; why it cannot, in words, when it says something else."""
        text = row.text("requested_on")
        if text:
            day = full_date(text)
            if day is None:
                return _("“%(text)s” is not a date. Write it as 2026-11-27.") % {"text": text[:40]}
            if self.requested_on not in (None, day):
                return _("The order was asked for on %(day)s; a row cannot have another date.") % {
                    "day": write_day(self.requested_on or day)
                }
            self.requested_on = day
        for name in ("ship_to", "job", "note"):
            given = row.text(name)
            if given and name in self.given and self.given[name] != given and name == "ship_to":
                return _("The order goes to %(place)s; a row cannot go elsewhere.") % {
                    "place": self.given[name]
                }
            if given and name in self.given and self.given[name] != given and name == "job":
                return _("The order is for job %(job)s; a row cannot be for another.") % {
                    "job": self.given[name]
                }
            if given:
                self.given.setdefault(name, given)
        return ""


def full_date(text: str) -> date | None:
    """A whole date as 2026-11-27, 27.11.2026 or 27/11/2026 (which of the two is the month, as the user writes)."""
    if not FULL_DATE.fullmatch(text):
        return None
    try:
        day = read_day(text, date(2000, 1, 1))
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2199 else None


def _orders_of(rows: Sequence[_Values]) -> list[SheetOrder]:
    groups: dict[tuple[str, ...], list[_Values]] = {}
    together: tuple[str, ...] = ("", "", "")
    for row in rows:
        if not row.torn:
            together = tuple(row.text(name).upper() for name in TOGETHER)
        groups.setdefault(together, []).append(row)
    mark = decimal_mark(
        cell for row in rows for name in ("quantity", "price") if isinstance(cell := row.cells.get(name), str)
    )
    with _reading(mark):
        return [SheetOrder(place, _document(group)) for place, group in enumerate(groups.values(), 1)]


def _document(rows: Sequence[_Values]) -> OrderDocument:
    header = _Header()
    lines = []
    for row in rows:
        problem = row.problem or _too_long(row) or header.conflict(row)
        lines.append(
            DocumentLine(
                item=row.text("item")[:200],
                quantity=figure(row.cells.get("quantity", "")),
                unit=row.text("unit")[:40],
                price=figure(row.cells.get("price", "")),
                price_reason=row.text("price_reason")[:200],
                supply=row.text("supply"),
                site=row.text("site"),
                line=row.number,
                problem=problem,
            )
        )
    first = next((row for row in rows if not row.torn), rows[0])
    given: dict[str, Any] = {
        name: header.given.get(name, "")[: LENGTHS[name]] for name in ("ship_to", "job", "note")
    }
    return OrderDocument(
        customer=first.text("customer")[:60],
        customer_po=first.text("customer_po")[: LENGTHS["customer_po"]],
        lines=lines,
        requested_on=header.requested_on,
        **given,
    )


def _too_long(row: _Values) -> str:
    for name, most in LENGTHS.items():
        if len(row.text(name)) > most:
            return _("%(column)s is longer than %(most)s characters.") % {
                "column": HEADINGS[name][0].capitalize(),
                "most": most,
            }
    return ""
