"""A draft's lines: what was typed, kept as typed, and what of it can be asked for."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import count, islice
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erp.kernel.formats import read_number
from orders.entry.rules import Asked, LineRequest, OrderRequest

MOST_ROWS = 1000  # pasted at once; more is an upload
HEADER = {
    "customer_id": gettext_lazy("Customer"),
    "customer_po": gettext_lazy("Customer PO"),
    "ship_to_id": gettext_lazy("Ship to"),
    "job": gettext_lazy("Job"),
    "site_id": gettext_lazy("Ships from"),
    "requested_on": gettext_lazy("Requested date"),
    "rush": gettext_lazy("Rush"),
    "coupon": gettext_lazy("Coupon"),
    "note": gettext_lazy("Note"),
}
WISH = ("asked_item_id", "asked_raw", "asked_quantity", "asked_unit")
CELLS = {
    "raw": gettext_lazy("Item"),
    "quantity": gettext_lazy("Quantity"),
    "unit": gettext_lazy("Unit"),
    "price": gettext_lazy("Unit price"),
    "consent": gettext_lazy("Who agreed"),
    "price_reason": gettext_lazy("Reason"),
    "supply": gettext_lazy("Supply"),
}


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One line as it stands in a draft. Figures are plain decimals, or the text that could not be read as one."""

    line: int
    raw: str = ""
    item_id: int | None = None
    quantity: str = "1"
    unit: str = ""
    price: str = ""  # set by hand; empty: the customer's own
    price_reason: str = ""
    meanings: int = 0  # how many items `raw` could be, where it is more than one
    asked_item_id: int | None = None  # what the customer asked for, where the line offers a substitute
    asked_raw: str = ""
    asked_quantity: str = ""
    asked_unit: str = ""
    consent: str = ""  # who agreed to the substitute
    supply: str = ""  # SupplyMethod, where the clerk says so; empty: as the item and the house say
    site_id: int | None = None  # it leaves from there; None: from the order's own site

    @property
    def problem(self) -> str:
        """Why the line cannot be asked for, in the clerk's words; empty when it can."""
        if self.item_id is None and not self.raw:
            return _("No item on this line, pick one from the list")
        if self.item_id is None and self.meanings:
            return _("“%(text)s” could be %(n)s items, pick one from the list") % {
                "text": self.raw,
                "n": self.meanings,
            }
        if self.item_id is None:
            return _("No item “%(text)s”, pick one from the list") % {"text": self.raw}
        for text in (self.quantity, self.price):
            if text and figure(text) is None:
                return _("“%(text)s” is not a number") % {"text": text}
        return ""

    def request(self) -> LineRequest:
        """The line as the verbs take it; only for a line without a problem."""
        return LineRequest(
            item_id=self.item_id or 0,
            quantity=figure(self.quantity) or Decimal(0),
            unit=self.unit,
            price=figure(self.price),
            price_reason=self.price_reason,
            asked=self._asked(),
            supply=self.supply,
            site_id=self.site_id,
        )

    @property
    def wish(self) -> dict[str, Any]:
        """What the customer asked for, where the line offers something else; empty where it does not."""
        return {name: getattr(self, name) for name in WISH} if self.asked_item_id else {}

    def _asked(self) -> Asked | None:
        quantity = figure(self.asked_quantity)
        if self.asked_item_id is None or quantity is None:
            return None
        return Asked(self.asked_item_id, quantity, self.asked_unit, self.consent)


@dataclass(frozen=True, slots=True)
class LineOfDraft:
    """Whose line has the focus at the desk, and which item it names: what other rooms add beside it is about this."""

    customer_id: int
    item_id: int


@dataclass(frozen=True, slots=True)
class DraftChange:
    """What one save changes: header fields by name, whole lines by number, and the numbers of removed lines."""

    header: dict[str, Any] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)


def figure(text: str) -> Decimal | None:
    """A stored figure; None where there is none, or text that is no number."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) < Decimal(10) ** 12 else None


def typed_figure(text: str) -> str:
    """What was typed as a plain decimal, read in the user's format; as typed where it is no number."""
    try:
        return f"{read_number(text):f}" if text.strip() else ""
    except ValueError:
        return text.strip()[:40]


def typed_quantity(text: str) -> tuple[str, str]:
    """Quantity and unit of what was typed: `12`, or `2 bx`."""
    if found := re.fullmatch(r"(.*\d.*?)\s*([A-Za-z]{2,3})", text.strip()):
        return typed_figure(found[1]), found[2].upper()
    return typed_figure(text), ""


def lines_of(stored: Iterable[Mapping[str, Any]]) -> list[DraftLine]:
    """A draft's lines from its row, by line number."""
    return sorted((DraftLine(**entry) for entry in stored), key=lambda line: line.line)


def instead_of(
    line: DraftLine, *, code: str, unit: str, item_id: int, offered: str, quantity: Decimal, offered_unit: str
) -> dict[str, Any]:
    """The line with a substitute in place of the item `code`, asked for in `unit`; the wish stays with it."""
    return {
        "line": line.line,
        "raw": offered,
        "item_id": item_id,
        "quantity": f"{quantity.normalize():f}",
        "unit": offered_unit,
        "asked_item_id": line.item_id,
        "asked_raw": code,
        "asked_quantity": line.quantity,
        "asked_unit": unit,
        "site_id": line.site_id,
    }


def wish_again(posted: Mapping[str, str]) -> dict[str, Any]:
    """What had been asked for, of a line that comes back with Undo; whether it may be sent is decided at submit."""
    item_id, quantity = posted.get("asked_item_id", ""), figure(posted.get("asked_quantity", ""))
    if not item_id.isdecimal() or quantity is None:
        return {}
    raw = posted.get("asked_raw", "").replace("\0", "").strip()[:80]
    return {
        "asked_item_id": int(item_id),
        "asked_raw": raw,
        "asked_quantity": f"{quantity:f}",
        "asked_unit": posted.get("asked_unit", "")[:3],
    }


def free_numbers(stored: Iterable[Mapping[str, Any]], first: int, wanted: int) -> list[int]:
    """The first `wanted` line numbers from `first` on that no line has: what is pasted never replaces a line."""
    taken = {entry["line"] for entry in stored}
    return list(islice((number for number in count(first) if number not in taken), wanted))


def merged(stored: Iterable[Mapping[str, Any]], change: DraftChange) -> list[dict[str, Any]]:
    """The lines after a change, ready to be stored."""
    lines = {entry["line"]: dict(entry) for entry in stored}
    for entry in change.lines:
        lines[entry["line"]] = asdict(DraftLine(**entry))
    for number in change.removed:
        lines.pop(number, None)
    return [lines[number] for number in sorted(lines)]


def request_of(
    lines: Iterable[DraftLine],
    *,
    customer_id: int,
    requested_on: date,
    ship_to_id: int | None,
    customer_po: str,
    note: str,
    hold_reason: str = "",
    job: str = "",
    site_id: int | None = None,
    rush: str = "",
    coupon: str = "",
) -> OrderRequest:
    """The order that a draft asks for."""
    return OrderRequest(
        customer_id=customer_id,
        lines=[line.request() for line in lines],
        requested_on=requested_on,
        channel="desk",
        ship_to_id=ship_to_id,
        site_id=site_id,
        customer_po=customer_po,
        note=note,
        hold_reason=hold_reason,
        job=job,
        rush=rush,
        coupon=coupon,
    )
