"""The EDIFACT ORDERS as a purchase order."""

from decimal import Decimal

from django.utils.translation import gettext as _

from .envelope import Fault, Message, Segment
from .purchase_orders import (
    ITEM_CODES,
    Partner,
    WantedLine,
    WantedOrder,
    a_date,
    a_figure,
    check_figures,
    count_fault,
    missing_parts,
    texts,
)

PURPOSES = {"": "original", "9": "original", "7": "original", "1": "cancel", "4": "change", "5": "replace"}
BLANKET = frozenset({"221"})
ASKED = frozenset({"2", "10", "63", "64", "69"})  # delivery or dispatch asked for
NET = frozenset({"AAA", "CAL", "INV", "NTP"})  # what a customer expects to pay, before tax
CHARSETS = {"UNOA": "ascii", "UNOB": "ascii", "UNOC": "latin-1", "UNOD": "iso8859-2", "UNOE": "iso8859-5",
            "UNOF": "iso8859-7", "UNOW": "utf-8", "UNOY": "utf-8"}  # fmt: skip


def read_orders(message: Message) -> WantedOrder:
    """The order in an ORDERS message's segments. What is wrong stands in its faults, positions from the UNH."""
    order = WantedOrder()
    for position, found in enumerate(message.segments, 2):
        if found.tag == "LIN":
            order.lines.append(_line(order, found))
        elif found.tag == "CNT":
            if found.at(1) == "2":
                count_fault(order, found.at(1, 2), "CNT", position, "6066")
        elif order.lines:
            _of_line(order, position, found)
        else:
            _of_header(order, position, found)
    missing_parts(order, "BGM", "LIN")
    for line in order.lines:
        if not line.quantity:
            said = _("Line %(n)s gives no quantity.") % {"n": line.place}
            order.faults.append(Fault("edi.quantity_missing", said, "13", "QTY", tolerated=True))
    return order


def _of_header(order: WantedOrder, position: int, found: Segment) -> None:
    match found.tag:
        case "BGM":
            order.number = found.at(2)
            order.purpose = PURPOSES.get(found.at(3), f"code {found.at(3)}")
            order.kind = "blanket" if found.at(1) in BLANKET else "order"
        case "DTM":
            day = a_date(found.at(1, 2))
            if day is None and (found.at(1) in ASKED or found.at(1) == "137"):
                said = _("“%(text)s” is no date.") % {"text": found.at(1, 2)[:20]}
                order.faults.append(Fault("edi.date", said, "12", "DTM", position, 1, tolerated=True))
            if found.at(1) == "137":
                order.ordered_on = day
            elif found.at(1) in ASKED:
                order.requested_on = order.requested_on or day
        case "NAD":
            name = texts([found.at(4, 1), found.at(4, 2)]) or found.at(3)
            address = texts([found.at(5), found.at(5, 2), found.at(8), found.at(6), found.at(9)])
            order.partners.append(Partner(found.at(1), found.at(2), name, address))
        case "CUX":
            order.currency = order.currency or found.at(1, 2)
        case "FTX":
            order.notes.append(texts([found.at(4, n) for n in range(1, 6)]))


def _line(order: WantedOrder, found: Segment) -> WantedLine:
    line = WantedLine(len(order.lines) + 1, reference=found.at(1))
    _code(line, found.at(3, 2), found.at(3))
    return line


def _code(line: WantedLine, qualifier: str, code: str) -> None:
    role = ITEM_CODES["edifact"].get(qualifier)
    if role and code:
        line.codes.append((role, code))


def _of_line(order: WantedOrder, position: int, found: Segment) -> None:
    line = order.lines[-1]
    match found.tag:
        case "PIA":
            for element in range(2, 7):
                _code(line, found.at(element, 2), found.at(element))
        case "IMD":
            line.description = line.description or texts([found.at(3, 4), found.at(3, 5)])
        case "QTY":
            if found.at(1) == "21":
                line.quantity, line.unit = _plain(found.at(1, 2)), found.at(1, 3).upper()
                check_figures(order, position, line, found, {"quantity": "1/6060"})
        case "PRI":
            if found.at(1) in NET and not line.price:
                line.price = _plain(found.at(1, 2))
                basis = a_figure(_plain(found.at(1, 5)))
                line.basis = basis if basis and basis > 0 else Decimal(1)
                check_figures(order, position, line, found, {"price": "1/5118"})
        case "DTM":
            if found.at(1) in ASKED:
                line.requested_on = line.requested_on or a_date(found.at(1, 2))


def _plain(text: str) -> str:
    """A figure with a point: EDIFACT allows point and comma, and no mark between thousands."""
    return text.replace(",", ".")
