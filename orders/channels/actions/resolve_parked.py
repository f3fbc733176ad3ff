"""Parked lines: corrected and sent again, or dropped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import NotFound
from masterdata.items.lookups import resolve_codes
from masterdata.models import Customer, ShipTo
from orders.channels.actions.intake_order import INTAKE_ORDER
from orders.channels.errors import AlreadyResolved, CustomerUnknown
from orders.channels.models import IntakeDocument, ParkedLine
from orders.channels.rules import DocumentLine, readable
from orders.entry.actions.amend_order import Amendment, LineChange, amend_order
from orders.entry.actions.submit_order import submit_order
from orders.entry.errors import CustomerPoUsed, LineRefused
from orders.entry.models import SalesOrder
from orders.entry.rules import LineRequest, OrderRequest


@dataclass(frozen=True, slots=True)
class Resubmitted:
    """The order that has the line now."""

    order_id: int


@command(
    "orders.resubmit_parked",
    conflicts={
        "order_customer_po_unique": lambda **given: CustomerPoUsed(
            customer_po="", order="an order submitted just now"
        )
    },
)
def resubmit_parked(batch: Batch, *, parked_id: int, item: str, quantity: str, unit: str = "") -> Resubmitted:
    """Take a parked line as corrected: onto its document's order, or as the first line of one.

    Raises AlreadyResolved, LineRefused with the reason that is left, and what amend_order and submit_order raise.
    """
    row = _locked(batch, [parked_id])
    if not row:
        raise NotFound(what=_("parked line"), reference=parked_id)
    (parked,) = row
    if parked.resolved_at:
        raise AlreadyResolved(line=parked.line, how=parked.resolution, by=parked.resolved_by)
    document = IntakeDocument.objects.lock().get(pk=parked.document_id)
    customer_id = _customer(document)
    kept = {name: parked.payload.get(name, "") for name in ("price", "price_reason")}
    line = DocumentLine(item, quantity, unit, line=1, **kept)
    _good, requests, problems = readable([line], resolve_codes([item], customer_id))
    if problems:
        refused = [{"line": parked.line, "item": item, "reason": problems[0].reason}]
        raise LineRefused(count=1, first=problems[0].reason, lines=refused)
    order_id = _onto(batch, document, customer_id, requests[0])
    batch.update(
        ParkedLine,
        [parked.pk],
        resolved_at=batch.now,
        resolved_by=batch.actor.name,
        resolution="resubmitted",
    )
    left = document.parked_lines.filter(resolved_at=None).exclude(pk=parked.pk).exists()
    state = IntakeDocument.State.PARTLY if left else IntakeDocument.State.ACCEPTED
    batch.update(IntakeDocument, [document.pk], order=order_id, state=state.value)
    return Resubmitted(order_id)


@dataclass(frozen=True, slots=True)
class Dropped:
    parked_ids: list[int]


@command("orders.drop_parked")
def drop_parked(batch: Batch, *, parked_ids: Sequence[int]) -> Dropped:
    """Let parked lines go for good; those that were resolved meanwhile stay as they are."""
    rows = [row for row in _locked(batch, parked_ids) if row.resolved_at is None]
    ids = [row.pk for row in rows]
    batch.update(ParkedLine, ids, resolved_at=batch.now, resolved_by=batch.actor.name, resolution="dropped")
    return Dropped(ids)


def _locked(batch: Batch, parked_ids: Sequence[int]) -> list[Any]:
    rows = list(ParkedLine.objects.lock().select_related("document").filter(pk__in=list(parked_ids)))
    for row in rows:
        batch.actor.require(INTAKE_ORDER, company=row.document.company_id)
    return rows


def _customer(document: IntakeDocument) -> int:
    code = document.payload["customer"]
    found = Customer.objects.filter(company=document.company_id, party__code__iexact=code)
    customer_id = found.values_list("pk", flat=True).first()
    if customer_id is None:
        raise CustomerUnknown(customer=code)
    return customer_id


def _onto(batch: Batch, document: IntakeDocument, customer_id: int, line: LineRequest) -> int:
    """Add the line to the document's order, or start the order with it."""
    if document.order_id:
        version = SalesOrder.objects.values_list("version", flat=True).get(pk=document.order_id)
        change = LineChange(0, line.quantity, line.item_id, line.unit, line.price, line.price_reason)
        amended = amend_order.inside(
            batch,
            order_id=document.order_id,
            version=version,
            amendment=Amendment([change]),
            reason=_("parked line corrected"),
        )
        return amended.order_id
    header = document.payload
    place = ShipTo.objects.filter(customer=customer_id, code__iexact=header["ship_to"], is_active=True)
    asked = header["requested_on"]
    made = submit_order.inside(
        batch,
        request=OrderRequest(
            customer_id=customer_id,
            lines=[line],
            requested_on=date.fromisoformat(asked) if asked else batch.now.date(),
            channel=document.channel,
            ship_to_id=place.values_list("pk", flat=True).first() if header["ship_to"] else None,
            customer_po=header["customer_po"],
            note=header["note"],
        ),
    )
    return made.order_id
