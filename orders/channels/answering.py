"""Acknowledgements into the outbox, in the transaction of what they answer."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from erp.kernel.batch import Batch
from orders.partners.models import TradingPartner

from .edi.acknowledgements import (
    Answer,
    AnsweredLine,
    contrl,
    edifact_ordrsp,
    functional_acks,
    interchange_ack,
    x12_855,
)
from .edi.edifact import write_edifact
from .edi.envelope import Segment, serious
from .edi.purchase_orders import WantedLine, a_figure
from .edi.reading import ACKNOWLEDGEMENTS, Found, documents_of, text_of
from .edi.x12 import X12Address, write_notice, write_x12
from .expected import is_beyond
from .models import Delivery, IntakeDocument, OutboundMessage
from .policies import PRICE_TOLERANCE
from .reads import ANSWERED, ORDERED_OF, PARKED_OF

EDIFACT_VERSIONS = {"ORDRSP": ("D", "96A", "UN", "EAN005"), "CONTRL": ("4", "1", "UN", "EAN002")}
GROUPS = {"855": "PR", "997": "FA"}
ELECTRONIC = frozenset({"x12", "edifact"})
OVER = frozenset({"accepted", "partly", "closed"})  # states of a document that say something to its partner


def answer_interchange(batch: Batch, delivery: Delivery, found: Found, partner: TradingPartner) -> None:
    """Say once whether the interchange could be read: 997 (or TA1), CONTRL, where the partner wants it.

    It goes out with the interchange's first document. What only acknowledges is not acknowledged.
    """
    made = found.interchange
    kinds = {message.kind for _group, message in made.messages}
    only_acknowledges = bool(kinds or made.notices) and kinds <= ACKNOWLEDGEMENTS
    if not partner.functional_ack or only_acknowledges:
        return
    documents = [entry for entry in found.siblings if entry.interchange is made]
    first = min(entry.place for entry in documents)
    if OutboundMessage.objects.filter(delivery=delivery, place=first, document=None).exists():
        return
    (number,) = batch.draw(orders_outboundmessage=1)["orders_outboundmessage"]
    orders = {id(entry.message): entry for entry in documents}
    people = _people(partner, found)
    at, is_test = batch.now, made.is_test
    if made.standard == "edifact":
        kind = "CONTRL"
        content = _edifact(kind, [contrl(made, orders)], number, people, batch, is_test)
    elif serious(made.faults) or not made.groups:
        kind = "TA1"
        us, them = (X12Address(*address) for address in people)
        content = write_notice(
            sender=us, receiver=them, control=number, notice=interchange_ack(made), at=at, is_test=is_test
        )
    else:
        kind = "997"
        content = _x12(kind, functional_acks(made, orders), number, people, batch, is_test)
    _keep(batch, partner, number, kind, content, reference=made.control, delivery=delivery.pk, place=first)


def answer_document(batch: Batch, document_id: int, found: Found | None = None) -> None:
    """Tell the partner what becomes of the order: 855, ORDRSP. Said again when a waiting line is decided.

    Nothing is said for a document of another channel, or while nothing of it is decided.
    """
    ((delivery_id, place, partner_id, company_id, state, order_id, again, number),) = batch.read(
        ANSWERED, document_id
    )
    if delivery_id is None or partner_id is None or state not in OVER:
        return
    partner = TradingPartner.objects.select_related("customer").get(pk=partner_id)
    if not partner.order_ack:
        return
    if found is None:
        found = found_in(Delivery.objects.get(pk=delivery_id), place)
    if found is None or found.order is None:
        return
    parked = {line: (resolution, order) for line, resolution, order in batch.read(PARKED_OF, document_id)}
    tolerance = PRICE_TOLERANCE.value(company=company_id, customer=partner.customer_id)
    lines, ours, currency = _lines(batch, found.order.lines, parked, order_id, tolerance)
    order = found.order
    answer = Answer(order.number, order.ordered_on, ours, currency or order.currency, lines, again=again)
    people, is_test = _people(partner, found), found.interchange.is_test
    if found.interchange.standard == "edifact":
        kind = "ORDRSP"
        content = _edifact(kind, [edifact_ordrsp(answer, batch.now)], number, people, batch, is_test)
    else:
        kind = "855"
        content = _x12(kind, [x12_855(answer, batch.now)], number, people, batch, is_test)
    _keep(
        batch,
        partner,
        number,
        kind,
        content,
        reference=order.number,
        delivery=delivery_id,
        document=document_id,
    )


def found_in(delivery: Delivery, place: int) -> Found | None:
    """The document at a place of an electronic delivery, read again from what was delivered."""
    if delivery.standard not in ELECTRONIC:
        return None
    return next((entry for entry in read_delivery(delivery) if entry.place == place), None)


def read_delivery(delivery: Delivery) -> list[Found]:
    """Every electronic document of a delivery, each knowing the others."""
    return documents_of(delivery.standard, text_of(bytes(delivery.content)))


def _lines(
    batch: Batch,
    wanted: Sequence[WantedLine],
    parked: dict[int, tuple[str, int | None]],
    order_id: int | None,
    tolerance: Decimal,
) -> tuple[list[AnsweredLine], str, str]:
    """What we say to each line, our orders' numbers, and their currency.

    An order's lines stand in the order of the document's: those never parked, or those resubmitted together.
    """
    orders = sorted({order for _how, order in parked.values() if order} | ({order_id} if order_id else set()))
    rows: dict[int, list[Any]] = {order: [] for order in orders}
    numbers: dict[int, str] = {}
    currencies = {}
    for order, number, currency, *row in batch.read(ORDERED_OF, orders) if orders else ():
        rows[order].append(row)
        numbers[order], currencies[order] = number, currency
    made = []
    for line in wanted:
        how, of_order = parked.get(line.place, ("", order_id))
        left = rows.get(of_order or 0)
        taken = left.pop(0) if left else None
        made.append(_line(line, how if taken is None else "", taken, tolerance))
    currency = next(iter(currencies.values()), "")
    return made, ", ".join(numbers[order] for order in orders if order in numbers), currency


def _line(line: WantedLine, how: str, row: Any, tolerance: Decimal) -> AnsweredLine:
    status, quantity, price, promised_on, offered = (
        "rejected" if how == "dropped" else "waiting",
        Decimal(0),
        None,
        None,
        "",
    )
    if row is not None:
        quantity, price, requested_on, promised_on, unknown, offered = row
        status = _status(line, quantity, price, requested_on, promised_on, bool(unknown), tolerance)
        status = "substituted" if offered and quantity else status
    return AnsweredLine(
        reference=line.reference,
        codes=line.codes,
        asked=line.quantity,
        unit=line.unit,
        status=status,
        quantity=quantity,
        price=price,
        promised_on=promised_on,
        offered=offered,
    )


def _status(
    line: WantedLine,
    quantity: Decimal,
    price: Decimal,
    requested_on: date,
    promised_on: date | None,
    unknown: bool,
    tolerance: Decimal,
) -> str:
    """A key of LINE_CODES for a line that was ordered. `requested_on` is the order's day."""
    expected = a_figure(line.expected) if line.expected else None
    if not quantity:
        return "rejected"
    if unknown:
        return "backordered"
    if expected is not None and is_beyond(expected, price, tolerance):
        return "repriced"
    asked_on = max(requested_on, line.requested_on or requested_on)
    return "rescheduled" if promised_on and promised_on > asked_on else "accepted"


def _people(partner: TradingPartner, found: Found) -> tuple[tuple[str, str], tuple[str, str]]:
    """Us and them, as the answer's envelope names them: the other way round than they wrote to us."""
    made = found.interchange
    us = made.receiver if made.receiver[1] else (partner.own_qualifier, partner.own_identifier)
    return us, (partner.qualifier, partner.identifier)


def _x12(
    kind: str, messages: Sequence[Sequence[Segment]], number: int, people: Any, batch: Batch, is_test: bool
) -> str:
    us, them = (X12Address(*address) for address in people)
    return write_x12(
        sender=us, receiver=them, control=number, group_code=GROUPS[kind], kind=kind, messages=messages, at=batch.now,
        is_test=is_test,
    )  # fmt: skip


def _edifact(
    kind: str, messages: Sequence[Sequence[Segment]], number: int, people: Any, batch: Batch, is_test: bool
) -> str:
    us, them = people
    return write_edifact(
        sender=us, receiver=them, control=number, kind=kind, version=EDIFACT_VERSIONS[kind], messages=messages,
        at=batch.now, is_test=is_test,
    )  # fmt: skip


def _keep(
    batch: Batch,
    partner: TradingPartner,
    number: int,
    kind: str,
    content: str,
    *,
    reference: str,
    delivery: int,
    document: int | None = None,
    place: int = 0,
) -> None:
    name = re.sub(r"[^A-Za-z0-9_.-]", "_", partner.identifier)
    batch.insert(
        OutboundMessage,
        id=number,
        company=partner.customer.company_id,
        partner=partner.pk,
        delivery=delivery,
        document=document,
        place=place,
        kind=kind,
        control=number,
        reference=reference[:60],
        file_name=f"{name}_{kind}_{number:09d}.edi",
        content=content,
        state=OutboundMessage.State.WAITING.value,
    )
    if document is not None:
        batch.decide("orders.answer_document", IntakeDocument, document, {"message": number, "kind": kind})
