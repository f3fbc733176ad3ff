"""Two customers order electronically: one in X12, one in EDIFACT, whose last line nobody can read yet."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from erp.kernel.command import By
from masterdata.models import Customer, Item
from orders.channels.actions.receive_delivery import receive_delivery
from orders.channels.delivering import EDI, take_delivery
from orders.channels.edi.edifact import write_edifact
from orders.channels.edi.envelope import segment
from orders.channels.edi.x12 import X12Address, write_x12
from orders.entry.rules import LineRequest
from orders.partners.actions.create_partner import create_partner

from .calendar import working_day
from .offers import bought

X12_US, X12_THEM = X12Address("ZZ", "MERIDIAN"), X12Address("01", "828513080")
EDIFACT_US, EDIFACT_THEM = ("14", "5400110000009"), ("14", "4250159300001")
UNKNOWN = "KT-77120"  # a number of theirs that no item has


def exchange(by: Callable[[str, datetime], By], now: datetime) -> None:
    """Make trading partners of two customers, and take one document from each."""
    (american, american_lines), (german, german_lines) = bought(2)
    on = f"{working_day(now.date() + timedelta(days=3)):%Y%m%d}"
    _partner(by("steward", now), american, "x12", X12_THEM.qualifier, X12_THEM.identifier)
    _partner(by("steward", now), german, "edifact", *EDIFACT_THEM)
    _deliver(american, "850-0001.edi", _x12(american_lines, on, now))
    _deliver(german, "orders-0001.edi", _edifact(german_lines, on, now))


def _partner(by: By, customer: Customer, standard: str, qualifier: str, identifier: str) -> None:
    profile = {"standard": standard, "qualifier": qualifier, "identifier": identifier, "usage": "production"}
    create_partner(by, customer_id=customer.pk, profile=profile)


def _deliver(customer: Customer, source: str, text: str) -> None:
    made = receive_delivery(
        By(EDI), content=text.encode(), source=source, channel="edi", company_id=customer.company_id
    )
    take_delivery(made.delivery_id)


def _codes(lines: Sequence[LineRequest]) -> list[tuple[str, str, str]]:
    """Barcode, quantity and unit of each line."""
    barcodes = dict(Item.objects.filter(pk__in=[line.item_id for line in lines]).values_list("pk", "gtin"))
    return [(barcodes[line.item_id], f"{line.quantity.normalize():f}", line.unit) for line in lines]


def _x12(lines: Sequence[LineRequest], on: str, at: datetime) -> str:
    made = [segment("BEG", "00", "SA", "X-40017", "", f"{at:%Y%m%d}"), segment("DTM", "002", on)]
    made += [
        segment("PO1", str(place), quantity, unit, "", "", "EN", code)
        for place, (code, quantity, unit) in enumerate(_codes(lines), 1)
    ]
    made.append(segment("CTT", str(len(lines))))
    return write_x12(
        sender=X12_THEM, receiver=X12_US, control=1, group_code="PO", kind="850", messages=[made], at=at
    )


def _edifact(lines: Sequence[LineRequest], on: str, at: datetime) -> str:
    made = [segment("BGM", "220", "E-40017", "9"), segment("DTM", ("137", f"{at:%Y%m%d}", "102"))]
    made.append(segment("DTM", ("2", on, "102")))
    for place, (code, quantity, unit) in enumerate(_codes(lines), 1):
        made += [segment("LIN", str(place), "", (code, "EN")), segment("QTY", ("21", quantity, unit))]
    place = len(lines) + 1
    made += [segment("LIN", str(place), "", (UNKNOWN, "IN")), segment("QTY", ("21", "4", "PCE"))]
    made += [segment("UNS", "S"), segment("CNT", ("2", str(place)))]
    return write_edifact(
        sender=EDIFACT_THEM,
        receiver=EDIFACT_US,
        control=1,
        kind="ORDERS",
        version=("D", "96A", "UN", "EAN008"),
        messages=[made],
        at=at,
    )
