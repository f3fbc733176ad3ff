"""Documents for tests: a purchase order as its partner would write it, in either standard."""

from collections.abc import Sequence
from datetime import datetime

from orders.channels.edi.edifact import write_edifact
from orders.channels.edi.envelope import Segment, segment
from orders.channels.edi.x12 import X12Address, write_x12

AT = datetime(2026, 11, 27, 14, 5)
US, THEM = ("ZZ", "MERIDIAN"), ("01", "828513080")

Wanted = tuple[str, str, str, str]  # code, quantity, unit, price


def x12_order(
    *lines: Wanted,
    po: str = "4711",
    purpose: str = "00",
    kind: str = "SA",
    ship_to: str = "",
    buyer: str = "",
    currency: str = "",
    on: str = "20261215",
    control: int = 17,
    is_test: bool = False,
    qualifier: str = "BP",
) -> str:
    """An 850 in an interchange of its own."""
    return write_x12(
        sender=X12Address(*THEM),
        receiver=X12Address(*US),
        control=control,
        group_code="PO",
        kind="850",
        messages=[segments_850(lines, po, purpose, kind, ship_to, buyer, currency, on, qualifier)],
        at=AT,
        is_test=is_test,
    )


def segments_850(
    lines: Sequence[Wanted], po: str, purpose: str = "00", kind: str = "SA", ship_to: str = "", buyer: str = "",
    currency: str = "", on: str = "20261215", qualifier: str = "BP",
) -> list[Segment]:  # fmt: skip
    made = [segment("BEG", purpose, kind, po, "", "20261127")]
    if currency:
        made.append(segment("CUR", "BY", currency))
    if on:
        made.append(segment("DTM", "002", on))
    if buyer:
        made.append(segment("N1", "BY", "", "92", buyer))
    if ship_to:
        made.append(segment("N1", "ST", "", "92", ship_to))
    for place, (code, quantity, unit, price) in enumerate(lines, 1):
        made.append(segment("PO1", str(place), quantity, unit, price, "", qualifier, code))
    return [*made, segment("CTT", str(len(lines)))]


def edifact_order(
    *lines: Wanted, po: str = "4711", purpose: str = "9", ship_to: str = "", control: int = 17, is_test: bool = False
) -> str:  # fmt: skip
    """An ORDERS message in an interchange of its own."""
    made = [segment("BGM", "220", po, purpose), segment("DTM", ("137", "20261127", "102"))]
    made.append(segment("DTM", ("2", "20261215", "102")))
    if ship_to:
        made.append(segment("NAD", "DP", (ship_to, "", "9")))
    for place, (code, quantity, unit, price) in enumerate(lines, 1):
        made += [segment("LIN", str(place), "", (code, "EN")), segment("QTY", ("21", quantity, unit))]
        if price:
            made.append(segment("PRI", ("AAA", price)))
    made += [segment("UNS", "S"), segment("CNT", ("2", str(len(lines))))]
    return write_edifact(
        sender=("14", "4250159300001"),
        receiver=("14", "5400110000009"),
        control=control,
        kind="ORDERS",
        version=("D", "96A", "UN", "EAN008"),
        messages=[made],
        at=AT,
        is_test=is_test,
    )
