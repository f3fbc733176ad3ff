"""The X12 850 as a purchase order."""

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

PURPOSES = {
    "00": "original",
    "06": "original",
    "07": "original",
    "01": "cancel",
    "04": "change",
    "05": "replace",
}
BLANKET = frozenset({"BK", "BL", "BH"})
RUSH = {"RO": "RUSH"}  # type of order (92) to rush code
BASES = {"HP": Decimal(100), "TP": Decimal(1000)}  # price per hundred, per thousand
ASKED = frozenset({"002", "010", "063", "067", "106"})  # delivery or shipping asked for
LINE_REFERENCE, FIRST_CODE = 1, 6


def read_850(message: Message) -> WantedOrder:
    """The order in an 850's segments. What is wrong stands in its faults, positions counted from the ST."""
    order = WantedOrder()
    in_lines = False
    for position, found in enumerate(message.segments, 2):
        in_lines = in_lines or found.tag == "PO1"
        if found.tag == "PO1":
            _line(order, position, found)
        elif found.tag == "CTT":
            count_fault(order, found.at(1), "CTT", position, "354")
        elif in_lines:
            _of_line(order, found)
        else:
            _of_header(order, position, found)
    missing_parts(order, "BEG", "PO1")
    _check_total(order, message)
    return order


def _of_header(order: WantedOrder, position: int, found: Segment) -> None:
    match found.tag:
        case "BEG":
            order.purpose = PURPOSES.get(found.at(1), f"code {found.at(1)}")
            order.kind = "blanket" if found.at(2) in BLANKET else "order"
            order.rush = RUSH.get(found.at(2), "")
            order.number = found.at(3)
            order.ordered_on = a_date(found.at(5))
            if found.at(5) and order.ordered_on is None:
                _bad_date(order, position, found, 5)
        case "CUR":
            order.currency = found.at(2)
        case "DTM":
            if found.at(1) in ASKED:
                order.requested_on = order.requested_on or a_date(found.at(2))
                if a_date(found.at(2)) is None:
                    _bad_date(order, position, found, 2)
        case "N1":
            order.partners.append(Partner(found.at(1), found.at(4), found.at(2)))
        case "N3" | "N4":
            _address(order, found)
        case "MSG" | "NTE":
            order.notes.append(found.at(2 if found.tag == "NTE" else 1))


def _address(order: WantedOrder, found: Segment) -> None:
    if order.partners:
        last = order.partners.pop()
        parts = [last.address, *(found.at(n) for n in range(1, 5))]
        order.partners.append(Partner(last.role, last.code, last.name, texts(parts)))


def _line(order: WantedOrder, position: int, found: Segment) -> None:
    known = ITEM_CODES["x12"]
    pairs = [(found.at(n), found.at(n + 1)) for n in range(FIRST_CODE, len(found.elements) + 1, 2)]
    line = WantedLine(
        len(order.lines) + 1,
        reference=found.at(LINE_REFERENCE),
        codes=[(known[qualifier], code) for qualifier, code in pairs if qualifier in known and code],
        quantity=found.at(2),
        unit=found.at(3).upper(),
        price=found.at(4),
        basis=BASES.get(found.at(5), Decimal(1)),
    )
    order.lines.append(line)
    check_figures(order, position, line, found, {"quantity": "2/330", "price": "4/212"})


def _of_line(order: WantedOrder, found: Segment) -> None:
    line = order.lines[-1]
    if found.tag == "PID" and not line.description:
        line.description = found.at(5)
    elif found.tag == "DTM" and found.at(1) in ASKED:
        line.requested_on = line.requested_on or a_date(found.at(2))


def _bad_date(order: WantedOrder, position: int, found: Segment, element: int) -> None:
    text = found.at(element)
    said = _("“%(text)s” is no date.") % {"text": text[:20]}
    order.faults.append(
        Fault("edi.date", said, "8", found.tag, position, element, "373", text[:40], tolerated=True)
    )


def _check_total(order: WantedOrder, message: Message) -> None:
    """A total amount that is not that of the lines is told; the lines count."""
    said = next((a_figure(s.at(2)) for s in message.segments if s.tag == "AMT" and s.at(1) == "TT"), None)
    amounts = [(a_figure(line.quantity), a_figure(line.expected)) for line in order.lines]
    if said is None or any(None in pair for pair in amounts):
        return
    total = sum((quantity * price for quantity, price in amounts if quantity and price), Decimal(0))
    if abs(total - said) >= Decimal("0.01"):
        text = _("The document's total is %(said)s, its lines come to %(total)s.") % {
            "said": said,
            "total": f"{total.normalize():f}",
        }
        order.faults.append(Fault("edi.total", text, tolerated=True))
