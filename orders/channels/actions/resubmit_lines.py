"""Resubmit parked lines once they are right: a further order of the same document, under the same customer PO."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from masterdata.items.actions.remember_numbers import remember_numbers
from masterdata.items.errors import BadReference, NumberJustTaken
from masterdata.items.lookups import Resolution, normal, resolve_codes
from masterdata.places.queries import sites_by_code
from orders.channels.actions.intake_order import INTAKE_ORDER, submit_good
from orders.channels.answering import answer_document
from orders.channels.errors import CustomerUnknown
from orders.channels.models import IntakeDocument, ParkedLine
from orders.channels.parked import LockedDocument, OpenLine, lock_parked, state_after
from orders.channels.policies import PARTIAL_INTAKE
from orders.channels.reads import FIND_CUSTOMER
from orders.channels.rules import DocumentLine, OrderDocument, Parked, readable, site_of, supply_of
from orders.channels.superseding import successors_of
from orders.entry.actions.submit_order import SubmittedOrder
from orders.entry.errors import CustomerPoUsed, ShipToUnknown
from orders.entry.rules import OrderRequest


@dataclass(frozen=True, slots=True)
class Correction:
    """A parked line as it shall be asked for now, all of it.

    `remember`: what the document called the item is the customer's number of it from now on.
    """

    line: int
    item: str
    quantity: str
    unit: str = ""
    price: str = ""
    price_reason: str = ""
    remember: bool = False
    supply: str = ""
    site: str = ""


@dataclass(frozen=True, slots=True)
class HeaderFix:
    """Corrected codes of a document that became no order yet; None leaves what was delivered."""

    customer: str | None = None
    ship_to: str | None = None
    customer_po: str | None = None


@dataclass(frozen=True, slots=True)
class Resubmitted:
    """The order that the good lines became (None: no line passed), and what still waits with its reason."""

    document_id: int
    state: str
    order_id: int | None
    number: str
    holds: list[str]
    parked: list[dict[str, Any]]


@command(
    "orders.resubmit_lines",
    conflicts={
        "order_customer_po_unique": lambda **given: CustomerPoUsed(
            customer_po=(given.get("header") or HeaderFix()).customer_po or "",
            order="an order submitted just now",
        ),
        "item_reference_unique": lambda **_given: NumberJustTaken(),
    },
)
def resubmit_lines(
    batch: Batch,
    *,
    document_id: int,
    corrections: list[Correction],
    lines: list[int],
    header: HeaderFix | None = None,
) -> Resubmitted:
    """Ask again for the named parked lines (all open ones, when none is named), corrected where a correction is given.

    Good lines become an order of the same document: a second one where it made an order before, and then the
    customer PO may repeat, since it is the same purchase. Lines that still cannot be taken keep their correction
    and their new reason. Where policy wants whole orders, every open line must pass, and all are asked for. Numbers
    that are to be remembered find their items in the customer's next document, whatever becomes of this one's lines.
    Raises NotFound, AlreadyResolved, CustomerUnknown, ShipToUnknown, CustomerPoUsed, and what remember_numbers raises.
    """
    named = sorted({*lines, *(entry.line for entry in corrections)})
    document, open_lines, chosen = lock_parked(batch, document_id, named)
    batch.actor.require(INTAKE_ORDER, company=document.company_id)
    delivered = _delivered(document, header)
    customer_id, ship_to_id = _customer(batch, document, delivered)
    allowed = PARTIAL_INTAKE.value(company=document.company_id, customer=customer_id)
    asked_for = _corrected(chosen if allowed else open_lines, corrections)
    found = resolve_codes([line.item for line in asked_for], customer_id)
    numbers = _numbers(document, corrections, found)
    if numbers:
        remember_numbers.inside(batch, customer_id=customer_id, numbers=numbers)
    sites = sites_by_code(document.company_id, [line.site for line in asked_for])
    good, requests, parked = readable(asked_for, found, sites)
    requests = successors_of(batch, requests, company_id=document.company_id, customer_id=customer_id)
    request = OrderRequest(
        customer_id=customer_id,
        lines=requests,
        requested_on=delivered.requested_on or batch.now.date(),
        channel=document.channel,
        ship_to_id=ship_to_id,
        customer_po=delivered.customer_po,
        job=delivered.job,
        rush=delivered.rush,
        coupon=delivered.coupon,
        note=delivered.note,
        po_repeats=document.order_id is not None,
        supply=delivered.supply,
    )
    made: SubmittedOrder | None = None
    if allowed or not parked:
        made, parked = submit_good(batch, request, good, parked, delivered, allowed, False)
    return _keep(batch, document, open_lines, asked_for, made, parked, numbers)


def _numbers(
    document: LockedDocument, corrections: Sequence[Correction], found: Resolution
) -> dict[str, int]:
    """What the document called the items of the corrections that are to be remembered, and which items those are."""
    taught = [entry for entry in corrections if entry.remember]
    delivered = {line["line"]: line["item"] for line in document.payload["lines"]} if taught else {}
    numbers: dict[str, int] = {}
    for entry in taught:
        item_id, number = found.get(entry.item), normal(delivered.get(entry.line, ""))
        if item_id is None or number in ("", normal(entry.item)):
            continue
        if numbers.setdefault(number, item_id) != item_id:
            words = _("“%(number)s” cannot mean two items.") % {"number": number}
            raise BadReference(reason=words, field="remember")
    return numbers


def _delivered(document: LockedDocument, header: HeaderFix | None) -> OrderDocument:
    """The header as delivered, with its corrections while there is no order that it could contradict."""
    payload = document.payload
    on = payload.get("requested_on")
    given = OrderDocument(
        customer=payload["customer"],
        ship_to=payload.get("ship_to", ""),
        customer_po=payload.get("customer_po", ""),
        job=payload.get("job", ""),
        rush=payload.get("rush", ""),
        # The document's first order has used its coupon.
        coupon="" if document.order_id else payload.get("coupon", ""),
        requested_on=date.fromisoformat(on) if on else None,
        note=payload.get("note", ""),
        supply=payload.get("supply", ""),
    )
    if header is None or document.order_id is not None:
        return given
    names = ("customer", "ship_to", "customer_po")
    return replace(given, **{name: value for name in names if (value := getattr(header, name)) is not None})


def _customer(batch: Batch, document: LockedDocument, delivered: OrderDocument) -> tuple[int, int | None]:
    code, place = delivered.customer, delivered.ship_to
    rows = batch.read(FIND_CUSTOMER, place, place, document.company_id, code, code)
    if not rows:
        raise CustomerUnknown(customer=code)
    customer_id, ship_to_id = rows[0]
    if place and ship_to_id is None:
        raise ShipToUnknown()
    return customer_id, ship_to_id


def _corrected(lines: Sequence[OpenLine], corrections: Sequence[Correction]) -> list[DocumentLine]:
    changed = {entry.line: entry for entry in corrections}
    return [
        DocumentLine(
            item=given.item,
            quantity=given.quantity,
            unit=given.unit,
            price=given.price,
            price_reason=given.price_reason,
            line=entry.line,
            supply=given.supply,
            site=given.site,
        )
        for entry in lines
        for given in [changed.get(entry.line) or Correction(**entry.payload)]
    ]


def _keep(
    batch: Batch,
    document: LockedDocument,
    open_lines: Sequence[OpenLine],
    asked_for: Sequence[DocumentLine],
    made: SubmittedOrder | None,
    parked: Sequence[Parked],
    numbers: dict[str, int],
) -> Resubmitted:
    """Close what became an order; what still waits keeps its correction and its new reason."""
    ids = {entry.line: entry.parked_id for entry in open_lines}
    by_line = {line.line: line for line in asked_for}
    waiting = {entry.line for entry in parked}
    taken = [line.line for line in asked_for if line.line not in waiting] if made else []
    batch.update(
        ParkedLine,
        [ids[entry.line] for entry in parked],
        payload=[_payload(by_line[entry.line]) for entry in parked],
        code=[entry.code for entry in parked],
        reason=[entry.reason[:300] for entry in parked],
    )
    order_id = document.order_id
    if made:
        batch.update(
            ParkedLine,
            [ids[line] for line in taken],
            resolved_at=batch.now,
            resolved_by=batch.actor.name,
            resolution="resubmitted",
            order=made.order_id,
        )
        order_id = order_id or made.order_id
    state = state_after(order_id, left=len(open_lines) - len(taken), dropped=document.has_dropped)
    batch.update(IntakeDocument, [document.document_id], state=state, order=order_id)
    batch.decide(
        "orders.resubmit_lines",
        IntakeDocument,
        document.document_id,
        {
            "lines": taken,
            "order": made.number if made else None,
            "waiting": sorted(waiting),
            **({"remembered": numbers} if numbers else {}),
        },
    )
    answer_document(batch, document.document_id)
    return Resubmitted(
        document.document_id,
        state,
        made.order_id if made else None,
        made.number if made else "",
        made.holds if made else [],
        [{"line": entry.line, "code": entry.code, "reason": entry.reason} for entry in parked],
    )


def _payload(line: DocumentLine) -> dict[str, Any]:
    return {
        "line": line.line,
        "item": line.item,
        "quantity": line.quantity,
        "unit": line.unit,
        "price": line.price,
        "price_reason": line.price_reason,
        **supply_of(line),
        **site_of(line),
    }
