"""An order as a channel says it: codes and texts, nothing resolved yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from masterdata.items.lookups import Resolution
from orders.entry.rules import LineRequest

from .edi.purchase_orders import a_figure


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One line as delivered. `quantity` and `price` are texts: what cannot be read parks, it is never guessed."""

    item: str
    quantity: str
    unit: str = ""
    price: str = ""
    price_reason: str = ""
    line: int = 0  # its place in the document, from 1
    problem: str = ""  # why it could not even be read, in the user's words
    problem_code: str = "orders.line_unreadable"
    supply: str = ""  # stock, special, drop; blank: as the item and the house say
    site: str = ""  # our code of the site that it leaves from; blank: the order's own


@dataclass(frozen=True, slots=True)
class OrderDocument:
    """One order as delivered: the customer's and the address's own codes, blank where the usual one is meant."""

    customer: str
    lines: list[DocumentLine] = field(default_factory=list)
    ship_to: str = ""
    customer_po: str = ""
    requested_on: date | None = None
    note: str = ""
    hold_reason: str = ""
    job: str = ""
    rush: str = ""
    supply: str = ""  # of the goods on lines that say nothing; blank: as the item and the house say
    coupon: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a document stands in what was delivered, and under which profile it is read.

    document_id: the row it already has, when it is asked for again. po_repeats: somebody said that it is a further
    order under a PO that was used before.
    """

    delivery_id: int | None = None
    place: int = 0
    partner_id: int | None = None
    kind: str = ""
    control: str = ""
    meaning: str = ""
    document_id: int | None = None
    po_repeats: bool = False


NOWHERE = Origin()
NO_SITES: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True)
class Parked:
    """A line that waits: its place, a stable code, and why in the user's words."""

    line: int
    code: str
    reason: str


def readable(
    lines: Sequence[DocumentLine], found: Resolution, sites: Mapping[str, int] = NO_SITES
) -> tuple[list[DocumentLine], list[LineRequest], list[Parked]]:
    """Lines that can be asked for, as they came and as requests, and the others with their reasons.

    `sites`: those that lines name, by code in upper case.
    """
    good, requests, parked = [], [], []
    for line in lines:
        site = line.site.strip().upper()
        problem = _problem(line, found) or _site_problem(line, site, sites)
        if problem:
            parked.append(problem)
            continue
        good.append(line)
        requests.append(
            LineRequest(
                item_id=found[line.item],
                quantity=Decimal(line.quantity),
                unit=line.unit.strip().upper() or found.units.get(line.item.strip().upper(), ""),
                price=Decimal(line.price) if line.price else None,
                price_reason=line.price_reason,
                supply=line.supply.strip().lower(),
                site_id=sites.get(site),
            )
        )
    return good, requests, parked


def _problem(line: DocumentLine, found: Resolution) -> Parked | None:
    if line.problem:
        return Parked(line.line, line.problem_code, line.problem)
    code = line.item.strip().upper()
    if not code:
        return Parked(line.line, "orders.item_missing", _("The line names no item."))
    if code in found.ambiguous:
        count = len(found.ambiguous[code])
        reason = _("“%(code)s” could be %(n)s different items.") % {"code": line.item, "n": count}
        return Parked(line.line, "orders.item_ambiguous", reason)
    if code not in found.items:
        return Parked(
            line.line, "orders.item_unknown", _("No item is known as “%(code)s”.") % {"code": line.item}
        )
    for text, name in ((line.quantity, _("quantity")), (line.price, _("price"))):
        if (text or name == _("quantity")) and a_figure(text) is None:
            reason = _("“%(text)s” is no %(name)s.") % {"text": text[:40], "name": name}
            return Parked(line.line, "orders.figure_unreadable", reason)
    return None


def _site_problem(line: DocumentLine, site: str, sites: Mapping[str, int]) -> Parked | None:
    if not site or site in sites:
        return None
    reason = _("No active site is known as “%(code)s”.") % {"code": line.site[:40]}
    return Parked(line.line, "orders.site_unknown", reason)


def payload_of(document: OrderDocument) -> dict[str, Any]:
    """The document as it is kept beside what became of it."""
    return {
        "customer": document.customer,
        "ship_to": document.ship_to,
        "customer_po": document.customer_po,
        "job": document.job,
        "rush": document.rush,
        **({"coupon": document.coupon} if document.coupon else {}),
        "requested_on": document.requested_on.isoformat() if document.requested_on else None,
        "note": document.note,
        **supply_of(document),
        "lines": [
            {"line": line.line, "item": line.item, "quantity": line.quantity, "unit": line.unit, "price": line.price,
             "price_reason": line.price_reason, **supply_of(line), **site_of(line)}
            for line in document.lines
        ],
    }  # fmt: skip


def supply_of(said: DocumentLine | OrderDocument) -> dict[str, str]:
    """How a line, or all of a document, is to be supplied, as it is kept: only where that is said."""
    return {"supply": said.supply} if said.supply else {}


def site_of(line: DocumentLine) -> dict[str, str]:
    """From where a line is to leave, as it is kept: only where that is said."""
    return {"site": line.site} if line.site else {}
