"""From a purchase order as its partner writes it to one as intake takes it: pure, the same for every standard."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erp.kernel.literals import to_json
from masterdata.items.lookups import Resolution

from .edi.envelope import serious
from .edi.purchase_orders import WantedLine, WantedOrder
from .edi.reading import ACKNOWLEDGEMENTS, Found, message_name
from .rules import DocumentLine, OrderDocument

# What X12 and EDIFACT call a unit, where UN/ECE Recommendation 20 calls it otherwise.
UNITS = {
    "CA": "CS", "DZ": "DZN", "LB": "LBR", "FT": "FOT", "YD": "YRD", "GA": "GLL", "KG": "KGM", "MR": "MTR",
    "PC": "H87", "PCE": "H87", "PK": "PK", "CT": "CT",
}  # fmt: skip
LONGEST_UNIT = 3
PURPOSES = {
    "replace": gettext_lazy("It replaces an earlier order."),
    "cancel": gettext_lazy("It cancels an earlier order."),
    "change": gettext_lazy("It changes an earlier order."),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """How a partner's codes are read."""

    customer: str  # the customer's number
    item_codes: Sequence[str]  # roles of item numbers, the first first
    units: Mapping[str, str]
    ship_tos: Mapping[str, str]
    supply: str = ""  # of all goods that it orders


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a document waits as a whole: a stable code, and why in the user's words."""

    code: str
    reason: str


def meaning_of(order: WantedOrder) -> str:
    """A digest of what the document asks for, without its envelope: the same order twice has the same."""
    asked = [
        order.number, order.purpose, order.kind, order.currency, order.wanted_on,
        [(found.role, found.code) for found in order.partners],
        [(line.codes, line.quantity, line.unit, line.expected) for line in order.lines],
    ]  # fmt: skip
    return hashlib.sha256(to_json(asked).encode()).hexdigest()


def obstacle_of(found: Found) -> Obstacle | None:
    """Why nobody may take this document as it stands, whoever sent it."""
    if found.message is None or found.order is None:
        faults = serious(found.faults)
        if faults:
            return Obstacle(faults[0].code, faults[0].text)
        if found.kind in ACKNOWLEDGEMENTS:
            return None
        name = message_name(found.kind)
        said = _("This is a document of kind %(kind)s (%(name)s); only purchase orders are taken here.") % {
            "kind": found.kind or "–",
            "name": name or _("unknown"),
        }
        return Obstacle("orders.message_unsupported", said)
    if faults := serious(found.faults):
        return Obstacle(faults[0].code, faults[0].text)
    order = found.order
    if order.purpose != "original":
        said = str(PURPOSES.get(order.purpose, "")) or _("Its purpose is “%(purpose)s”.") % {
            "purpose": order.purpose
        }
        return Obstacle(
            "orders.purpose_unsupported", _("%(said)s Amend that order by hand.") % {"said": said}
        )
    if order.kind == "blanket":
        return Obstacle(
            "orders.blanket_unsupported", _("It is a blanket order, which asks for no delivery yet.")
        )
    return None


def item_codes(order: WantedOrder, roles: Sequence[str]) -> list[str]:
    """Every number of an item that counts for this partner."""
    return [code for line in order.lines for role, code in line.codes if role in roles]


def ship_to_of(order: WantedOrder, reading: Reading) -> tuple[str, Obstacle | None]:
    """Our code of where it goes; empty for the usual address, an obstacle where it cannot be told."""
    place = order.partner("ST", "DP", "CN")
    if place is None:
        return "", None
    if not place.code:
        said = _("It goes to an address without a code: %(address)s. Choose the customer's address.")
        address = ", ".join(filter(None, (place.name, place.address))) or "–"
        return "", Obstacle("orders.ship_to_uncoded", said % {"address": address[:120]})
    return reading.ship_tos.get(place.code, place.code)[:60], None


def as_document(
    order: WantedOrder, reading: Reading, found: Resolution, prices: Mapping[int, str] | None = None
) -> OrderDocument:
    """The order as intake takes it. `prices` says of lines, by place, why their price makes them wait."""
    ship_to, _obstacle = ship_to_of(order, reading)
    return OrderDocument(
        customer=reading.customer,
        lines=[_line(line, reading, found, (prices or {}).get(line.place, "")) for line in order.lines],
        ship_to=ship_to,
        customer_po=order.number[:60],
        requested_on=order.wanted_on,
        rush=order.rush,
        note="\n".join(filter(None, order.notes))[:2000],
        supply=reading.supply,
    )


def _line(line: WantedLine, reading: Reading, found: Resolution, price: str) -> DocumentLine:
    code, problem = _item(line, reading.item_codes, found)
    unit = reading.units.get(line.unit) or UNITS.get(line.unit, line.unit)
    problem_code = "orders.item_codes_differ" if problem else ""
    if not problem and len(unit) > LONGEST_UNIT:
        problem_code = "orders.unit_unmapped"
        problem = _("“%(unit)s” is no unit of ours. Map it in the partner's profile.") % {"unit": unit}
    if not problem and price:
        problem_code, problem = "orders.price_differs", price
    return DocumentLine(
        item=code[:200],
        quantity=line.quantity[:40],
        unit=unit[:40],
        line=line.place,
        problem=problem,
        problem_code=problem_code,
    )


def _item(line: WantedLine, roles: Sequence[str], found: Resolution) -> tuple[str, str]:
    """The number by which the line's item is asked for, and a problem where its numbers contradict each other."""
    candidates = [code for role in roles for of_role, code in line.codes if of_role == role]
    known = [code for code in candidates if found.get(code)]
    if len({found.get(code) for code in known}) > 1:
        said = _("Its numbers name different items: %(codes)s.") % {"codes": ", ".join(known)}
        return known[0], said
    return next(iter([*known, *candidates]), line.description if not line.codes else line.codes[0][1]), ""
