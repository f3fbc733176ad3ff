"""Intake: one verb for every channel. Good lines become an order, the others wait with a reason (OC02)."""

import json
from dataclasses import dataclass
from typing import Any

from erp.kernel.access import permit
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import DomainError, KeyReused
from masterdata.items.lookups import resolve_codes
from masterdata.places.queries import sites_by_code
from orders.channels.errors import CustomerUnknown
from orders.channels.models import IntakeDocument, ParkedLine
from orders.channels.policies import PARTIAL_INTAKE
from orders.channels.reads import FORGET_PARKED, PARKED, RESOLVE, UNKNOWN
from orders.channels.rules import (
    NOWHERE,
    DocumentLine,
    OrderDocument,
    Origin,
    Parked,
    payload_of,
    readable,
)
from orders.channels.superseding import successors_of
from orders.entry.actions.submit_order import SubmittedOrder, submit_order
from orders.entry.errors import CustomerPoUsed, EmptyOrder, LineRefused, ShipToUnknown
from orders.entry.rules import LineRequest, OrderRequest
from orders.rulebook.errors import RushUnknown, RushUsedUp

WAITS = "The line is fine and waits for the others of its order."
INTAKE_ORDER = permit("orders.intake_order", "customer_service", "process_owner")


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """What became of a document: the order (None: all of it is parked), its holds, and the lines that wait."""

    document_id: int
    state: str
    order_id: int | None
    number: str
    holds: list[str]
    parked: list[dict[str, Any]]


@command(
    "orders.intake_order",
    conflicts={
        "intake_document_unique": lambda **given: KeyReused(key=given["key"]),
        "order_customer_po_unique": lambda **given: CustomerPoUsed(
            customer_po=given["document"].customer_po, order="an order submitted just now"
        ),
    },
)
def intake_order(
    batch: Batch,
    *,
    document: OrderDocument,
    channel: str,
    source: str,
    key: str,
    park_all: bool = False,
    partial: bool | None = None,
    company_id: int | None = None,
    origin: Origin = NOWHERE,
) -> IntakeResult:
    """Take one order as a channel delivers it; under the same key it is taken once, whoever sends it again.

    Customer, address and item codes are found in one query each. A superseded item of which nothing is free comes as
    its successor, where the customer always takes substitutes. Lines that cannot be taken are parked and the others
    ordered, where policy (or `partial`) allows; with `park_all` a document of which nothing can be taken
    is parked as a whole, else it is refused: LineRefused, CustomerUnknown, CustomerPoUsed, ShipToUnknown,
    EmptyOrder. `company_id` is who received it; left out, the customer tells. `origin` is where it stands in a
    delivery; one that has a row already is asked for again in place of what was parked. Raises KeyReused for the
    same key with another content.
    """
    batch.actor.require(INTAKE_ORDER)
    everywhere, companies, _sites = batch.actor.reach(INTAKE_ORDER)
    payload = payload_of(document)
    rows = batch.read(
        RESOLVE,
        document.ship_to,
        document.ship_to,
        channel,
        key,
        document.customer,
        document.customer,
        everywhere,
        companies,
        company_id,
        company_id,
    )
    if not rows:
        unknown = CustomerUnknown(customer=document.customer)
        if not park_all or company_id is None:
            raise unknown
        return _park_unknown(batch, document, company_id, channel, source, key, payload, unknown, origin)
    customer_id, company_id, ship_to_id, known_id, stored, state, order_id, number, document_id = rows[0]
    batch.actor.require(INTAKE_ORDER, company=company_id)
    if known_id and known_id != origin.document_id:
        return _again(batch, key, payload, stored, known_id, state, order_id, number)
    if document.ship_to and ship_to_id is None and not park_all:
        raise ShipToUnknown()

    found = resolve_codes([line.item for line in document.lines], customer_id)
    sites = sites_by_code(company_id, [line.site for line in document.lines])
    good, requests, parked = readable(document.lines, found, sites)
    requests = successors_of(batch, requests, company_id=company_id, customer_id=customer_id)
    asked = OrderRequest(
        customer_id=customer_id,
        lines=requests,
        requested_on=document.requested_on or batch.now.date(),
        channel=channel,
        ship_to_id=ship_to_id,
        customer_po=document.customer_po,
        job=document.job,
        rush=document.rush,
        coupon=document.coupon,
        note=document.note,
        hold_reason=document.hold_reason,
        po_repeats=origin.po_repeats,
        supply=document.supply,
    )
    allowed = PARTIAL_INTAKE.value(company=company_id, customer=customer_id) if partial is None else partial
    if document.ship_to and ship_to_id is None:
        made, parked = None, _all(document, ShipToUnknown())
    elif parked and not allowed:
        made = None
    else:
        made, parked = submit_good(batch, asked, good, parked, document, allowed, park_all)
    if made is None:
        if not park_all:
            _refuse(document, parked)
        named = {entry.line for entry in parked}
        parked += [
            Parked(line.line, "orders.waits_for_others", WAITS)
            for line in document.lines
            if line.line not in named
        ]
    return _keep(
        batch, document, document_id, company_id, channel, source, key, payload, made, parked, origin
    )


def _park_unknown(
    batch: Batch,
    document: OrderDocument,
    company_id: int,
    channel: str,
    source: str,
    key: str,
    payload: dict[str, Any],
    unknown: CustomerUnknown,
    origin: Origin,
) -> IntakeResult:
    """Keep a document of which nobody knows whose it is, all of it parked."""
    batch.actor.require(INTAKE_ORDER, company=company_id)
    ((known_id, stored, state, document_id),) = batch.read(UNKNOWN, company_id, channel, key)
    if known_id:
        return _again(batch, key, payload, stored, known_id, state, None, None)
    parked = _all(document, unknown)
    return _keep(
        batch, document, document_id, company_id, channel, source, key, payload, None, parked, origin
    )


def submit_good(
    batch: Batch,
    asked: OrderRequest,
    good: list[DocumentLine],
    parked: list[Parked],
    document: OrderDocument,
    allowed: bool,
    park_all: bool,
) -> tuple[SubmittedOrder | None, list[Parked]]:
    """The order of the lines that pass; what entry refuses is parked too, before anything was written."""
    try:
        if not asked.lines:
            return None, parked
        return submit_order.inside(batch, request=asked), parked
    except LineRefused as refusal:
        refused = {entry["line"] - 1: entry["reason"] for entry in refusal.context["lines"]}
        more = parked + [
            Parked(good[place].line, "orders.line_refused", reason) for place, reason in refused.items()
        ]
        kept: list[LineRequest] = [line for place, line in enumerate(asked.lines) if place not in refused]
        if not kept or not allowed:
            return None, more
        asked.lines[:] = kept
        return submit_order.inside(batch, request=asked), more
    except (CustomerPoUsed, EmptyOrder, RushUnknown, RushUsedUp) as refusal:
        if not park_all:
            raise
        return None, _all(document, refusal)


def _all(document: OrderDocument, refusal: DomainError) -> list[Parked]:
    return [Parked(line.line, refusal.code, str(refusal)) for line in document.lines]


def _refuse(document: OrderDocument, parked: list[Parked]) -> None:
    if not document.lines:
        raise EmptyOrder()
    lines = [{"line": entry.line, "code": entry.code, "reason": entry.reason} for entry in parked]
    raise LineRefused.of(lines)


def _keep(
    batch: Batch,
    document: OrderDocument,
    document_id: int,
    company_id: int,
    channel: str,
    source: str,
    key: str,
    payload: dict[str, Any],
    made: SubmittedOrder | None,
    parked: list[Parked],
    origin: Origin,
) -> IntakeResult:
    states = IntakeDocument.State
    state = states.PARKED if made is None else states.PARTLY if parked else states.ACCEPTED
    row: dict[str, Any] = {
        "company": company_id,
        "payload": payload,
        "state": state.value,
        "order": made.order_id if made else None,
        "partner": origin.partner_id,
        "reference": document.customer_po[:60],
        "meaning": origin.meaning,
    }
    if origin.document_id:
        document_id = origin.document_id
        batch.write(FORGET_PARKED, document_id)
        batch.update(IntakeDocument, [document_id], code="", reason="", **row)
    else:
        batch.insert(
            IntakeDocument,
            id=document_id,
            channel=channel,
            source=source[:120],
            key=key,
            received_by=batch.actor.user_id,
            delivery=origin.delivery_id,
            place=origin.place,
            kind=origin.kind,
            control=origin.control,
            **row,
        )
    lines = {line["line"]: line for line in payload["lines"]}
    parked.sort(key=lambda entry: entry.line)
    batch.insert(
        ParkedLine,
        document=document_id,
        line=[entry.line for entry in parked],
        payload=[lines[entry.line] for entry in parked],
        code=[entry.code for entry in parked],
        reason=[entry.reason[:300] for entry in parked],
    )
    return IntakeResult(
        document_id,
        state.value,
        made.order_id if made else None,
        made.number if made else "",
        made.holds if made else [],
        [_told(entry.line, entry.code, entry.reason) for entry in parked],
    )


def _again(
    batch: Batch,
    key: str,
    payload: dict[str, Any],
    stored: str,
    document_id: int,
    state: str,
    order_id: int | None,
    number: str | None,
) -> IntakeResult:
    """The answer that the first delivery got."""
    if json.loads(stored) != payload:
        raise KeyReused(key=key)
    parked = [_told(*row) for row in batch.read(PARKED, document_id)]
    return IntakeResult(document_id, state, order_id, number or "", [], parked)


def _told(line: int, code: str, reason: str) -> dict[str, Any]:
    return {"line": line, "code": code, "reason": reason}
