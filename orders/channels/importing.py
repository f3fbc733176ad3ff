"""A file of orders: what would become of it, and taking it order by order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from erp.kernel import clock
from erp.kernel.actor import Actor
from erp.kernel.batch import Batch
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from masterdata.items.lookups import resolve_codes
from masterdata.models import Customer, ShipTo
from masterdata.places.queries import sites_by_code
from orders.entry.actions.submit_order import SELL_BELOW_COST, SUBMIT
from orders.entry.errors import CustomerPoUsed, ShipToUnknown
from orders.entry.gates import assess_lines
from orders.entry.models import SalesOrder
from orders.entry.reads import read_facts
from orders.entry.rules import OrderRequest
from orders.entry.splitting import WHOLE, gathered, read_split

from .actions.intake_order import IntakeResult, intake_order
from .errors import CustomerUnknown
from .models import IntakeDocument
from .rules import DocumentLine, OrderDocument, Origin, Parked, readable
from .sheets import Sheet, SheetOrder

LOOKED = 50  # orders that a preview asks the gates about; the others are checked when they are taken


@dataclass(slots=True)
class OrderLook:
    """One order of a file with what would be parked of it, by row."""

    order: SheetOrder
    parked: dict[int, str] = field(default_factory=dict)
    asked: bool = True  # False: beyond the preview

    @property
    def rows(self) -> list[tuple[DocumentLine, str]]:
        """Each row with the reason for which it would wait, empty where it would be taken."""
        return [(line, self.parked.get(line.line, "")) for line in self.order.document.lines]


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one order of a file; `refused` says why it was not even kept."""

    order: SheetOrder
    result: IntakeResult | None = None
    refused: str = ""


def look_at_file(sheet: Sheet, *, user: Any, company_id: int) -> list[OrderLook]:
    """What would become of each order if the file were taken now. Nothing is written."""
    first, others = sheet.orders[:LOOKED], sheet.orders[LOOKED:]
    codes = {order.document.customer.upper() for order in first}
    found = Customer.objects.visible_to(user).filter(company=company_id, party__code__in=codes)
    customers = dict(found.values_list("party__code", "pk"))
    batch = Batch(Actor.of(user), clock.now())
    looks = [
        OrderLook(
            order,
            _would_park(batch, order.document, customers.get(order.document.customer.upper()), company_id),
        )
        for order in first
    ]
    return looks + [OrderLook(order, asked=False) for order in others]


def _would_park(
    batch: Batch, document: OrderDocument, customer_id: int | None, company_id: int
) -> dict[int, str]:
    if customer_id is None:
        return _whole(document, CustomerUnknown(customer=document.customer or "–"))
    places = ShipTo.objects.filter(customer=customer_id, is_active=True, code__iexact=document.ship_to)
    ship_to_id = places.values_list("pk", flat=True).first() if document.ship_to else None
    if document.ship_to and ship_to_id is None:
        return _whole(document, ShipToUnknown())
    good, requests, parked = readable(
        document.lines,
        resolve_codes([line.item for line in document.lines], customer_id),
        sites_by_code(company_id, [line.site for line in document.lines]),
    )
    request = OrderRequest(
        customer_id=customer_id,
        lines=requests,
        requested_on=document.requested_on or batch.now.date(),
        channel=SalesOrder.Channel.CSV.value,
        ship_to_id=ship_to_id,
        customer_po=document.customer_po,
        job=document.job,
        rush=document.rush,
    )
    request = gathered(request)
    header, facts = read_facts(batch, request, preview=True)
    if header.po_used_on:
        return _whole(document, CustomerPoUsed(customer_po=document.customer_po, order=header.po_used_on))
    below = batch.actor.may(SELL_BELOW_COST, company=header.company_id, site=header.site_id)
    split = read_split(batch, request, header, facts, right=SUBMIT) if requests else WHOLE
    outcomes = (
        assess_lines(request, header, facts, below_cost=below, problems=split.problems) if requests else []
    )
    refused = [
        Parked(line.line, "", outcome.problem)
        for line, outcome in zip(good, outcomes, strict=True)
        if outcome.problem
    ]
    return {entry.line: entry.reason for entry in [*parked, *refused]}


def _whole(document: OrderDocument, refusal: DomainError) -> dict[int, str]:
    return {line.line: line.problem or str(refusal) for line in document.lines}


def taken_before(sheet: Sheet, *, user: Any) -> IntakeDocument | None:
    """The first document that this very file made when it was taken; None for a file that is new."""
    return IntakeDocument.objects.visible_to(user).filter(key=sheet.key(sheet.orders[0])).first()


def take_order(
    sheet: Sheet,
    order: SheetOrder,
    *,
    actor: Actor,
    source: str,
    company_id: int,
    channel: str,
    delivery_id: int,
) -> Taken:
    """Hand one order of a file to intake; a refusal is told."""
    try:
        result = intake_of(
            sheet,
            order,
            actor=actor,
            source=source,
            company_id=company_id,
            channel=channel,
            delivery_id=delivery_id,
        )
    except DomainError as refusal:
        return Taken(order, refused=str(refusal))
    return Taken(order, result)


def intake_of(
    sheet: Sheet,
    order: SheetOrder,
    *,
    actor: Actor,
    source: str,
    company_id: int,
    channel: str,
    delivery_id: int,
) -> IntakeResult:
    """Intake of one order of a file, under a key of the file's content: asked again it changes nothing."""
    key = sheet.key(order)
    return intake_order(
        By(actor, key=key),
        document=order.document,
        channel=channel,
        source=source,
        key=key,
        park_all=True,
        company_id=company_id,
        origin=Origin(delivery_id=delivery_id, place=order.place),
    )


def report_of(taken: Sequence[Taken]) -> list[tuple[int, str, str, str]]:
    """Every row that did not become an order: its number, customer, item and reason."""
    rows = []
    for entry in taken:
        lines = {line.line: line for line in entry.order.document.lines}
        if entry.result is None:
            reasons = dict.fromkeys(lines, entry.refused)
        else:
            reasons = {parked["line"]: parked["reason"] for parked in entry.result.parked}
        customer = entry.order.document.customer
        rows += [(row, customer, lines[row].item, reason) for row, reason in reasons.items()]
    return sorted(rows)
