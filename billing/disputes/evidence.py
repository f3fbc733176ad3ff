"""The evidence pack of a dispute: what was agreed, promised, sent and said, out of the documents themselves."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from billing.disputes.models import Dispute
from billing.invoicing.models import InvoiceLine
from erp.kernel.access import access_of
from erp.kernel.formats import DASH, write_day, write_number, write_quantity
from erp.kernel.templatetags.ui import unit_price, when
from inventory.outbound.models import Shipment
from inventory.outbound.queries import lines_of, shipment_list
from orders.entry.models import SalesOrder
from orders.entry.queries import LineView, decisions_of, lines_of_order, order_list
from orders.entry.why import explain_lines
from orders.messages.models import DocumentMessage, OrderMessage
from orders.messages.permissions import VIEW_MESSAGE
from orders.returns.queries import return_list

MOST = 50  # messages


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of the pack: a table, facts before it, and where the document is."""

    title: str
    facts: Sequence[tuple[str, Any]] = ()
    head: Sequence[str] = ()
    rows: Sequence[Sequence[Any]] = field(default_factory=list)
    url: str = ""
    empty: str = ""


def evidence_of(dispute: Dispute, *, user: Any) -> list[Piece]:
    """The pack as far as the reader may see its documents: terms, prices, promise, shipment, returns, messages."""
    invoice = dispute.item.invoice
    lines = list(invoice.lines.select_related("item", "order_line").order_by("line"))
    order = (
        order_list(user=user).filter(pk=invoice.order_id).select_related("bill_to__terms", "ship_to").first()
    )
    pieces = [_charged(dispute, lines)]
    if order is not None:
        ids = {line.order_line_id for line in lines}
        views = [view for view in lines_of_order(order) if view.line.pk in ids]
        explain_lines(order.number, views, decisions_of(order), sees_cost=False)
        pieces += [_contract(order), _prices(views), _promise(order, views)]
    shipment = shipment_list(user=user).filter(pk=invoice.shipment_id).first()
    if shipment is not None:
        pieces.append(_sent(shipment))
    pieces.append(_returned(invoice.order_id, user))
    if VIEW_MESSAGE in access_of(user).permissions:
        pieces.append(_said(dispute, user))
    return pieces


def _charged(dispute: Dispute, lines: Sequence[InvoiceLine]) -> Piece:
    invoice = dispute.item.invoice
    return Piece(
        _("Invoice %(number)s") % {"number": invoice.number},
        [
            (_("Issued"), write_day(invoice.issued_on)),
            (_("Due"), write_day(invoice.due_on)),
            (_("Total"), f"{invoice.currency} {write_number(invoice.gross, 2)}"),
            (_("Open"), f"{invoice.currency} {write_number(dispute.item.open, 2)}"),
        ],
        [_("Line"), _("Item"), _("Quantity"), _("Price"), _("Net")],
        [
            [
                line.line,
                f"{line.item.code} {line.description}",
                f"{write_quantity(line.quantity)} {line.unit_id}",
                unit_price(line.unit_price),
                write_number(line.net, 2),
            ]
            for line in lines
        ],
        reverse("billing:invoice", args=[invoice.number]),
    )


def _contract(order: SalesOrder) -> Piece:
    terms = order.bill_to.terms
    discount = (
        _("%(percent)s %% within %(days)s days")
        % {"percent": write_number(terms.discount_percent, 2), "days": terms.discount_days}
        if terms.discount_percent
        else DASH
    )
    return Piece(
        _("What was agreed"),
        [
            (_("Order"), order.number),
            (_("Customer PO"), order.customer_po or DASH),
            (_("Submitted"), when(order.submitted_at)),
            (_("By"), order.submitted_by),
            (_("Terms of payment"), terms.name),
            (_("Cash discount"), discount),
        ],
        url=reverse("orders:order", args=[order.number]),
    )


def _prices(views: Sequence[LineView]) -> Piece:
    rows: list[list[Any]] = []
    for view in views:
        rows.append(
            [
                f"{view.line.line} {view.line.item.code}",
                view.line.get_price_source_display(),
                unit_price(view.line.unit_price),
            ]
        )
        rows += [[f"– {step['label']}", step["note"], step["value"]] for step in view.steps]
    return Piece(
        _("Why these prices and days"), head=[_("Line and step"), _("Source"), _("Value")], rows=rows
    )


def _promise(order: SalesOrder, views: Sequence[LineView]) -> Piece:
    def day(value: Any) -> str:
        return write_day(value) if value else DASH

    return Piece(
        _("What was promised"),
        head=[_("Line"), _("Ordered"), _("Requested"), _("First promised"), _("Last promised"), _("Shipped")],
        rows=[
            [
                f"{view.line.line} {view.line.item.code}",
                f"{write_quantity(view.ordered)} {view.line.unit_id}",
                day(view.line.requested_on),
                day(view.first_promised_on),
                day(view.promised_on),
                write_quantity(view.shipped),
            ]
            for view in views
        ],
        empty=_("The invoice charges nothing that was promised for a day."),
    )


def _sent(shipment: Shipment) -> Piece:
    return Piece(
        _("Shipment %(number)s") % {"number": shipment.number},
        [
            (_("Left"), when(shipment.shipped_at)),
            (_("From"), shipment.site.name),
            (_("Carrier"), shipment.carrier_service or DASH),
            (_("Tracking number"), shipment.tracking_number or DASH),
            (_("Received on"), write_day(shipment.delivered_on) if shipment.delivered_on else _("no proof")),
            (_("Received by"), shipment.delivered_to or DASH),
        ],
        [_("Item"), _("Picked"), _("Shipped")],
        [
            [
                f"{line.item.code} {line.item.name}",
                write_quantity(line.picked),
                f"{write_quantity(line.shipped)} {line.item.stock_unit_id}",
            ]
            for line in lines_of(shipment)
        ],
        reverse("inventory:shipment", args=[shipment.pk]),
    )


def _returned(order_id: int, user: Any) -> Piece:
    found = return_list(user=user).filter(order=order_id)[:MOST]
    return Piece(
        _("Returns"),
        head=[_("Return"), _("State"), _("Requested")],
        rows=[[each.number, each.get_state_display(), when(each.requested_at)] for each in found],
        empty=_("Nothing of the order was returned."),
    )


def _said(dispute: Dispute, user: Any) -> Piece:
    order, invoice = dispute.item.invoice.order_id, dispute.item.invoice
    notices = OrderMessage.objects.visible_to(user).filter(order=order).order_by("-pk")[:MOST]
    numbers = [invoice.number, invoice.order.number]
    papers = (
        DocumentMessage.objects.visible_to(user)
        .filter(company=dispute.company_id, number__in=numbers)
        .order_by("-sent_at", "-pk")[:MOST]
    )
    rows = [[when(each.sent_at), each.recipient, each.subject, each.body] for each in papers]
    rows += [
        [when(each.decided_at or each.drafted_at), each.recipient or DASH, each.subject, each.body]
        for each in notices
        if each.state != OrderMessage.State.WAIVED
    ]
    return Piece(
        _("Messages"),
        head=[_("When"), _("To"), _("Subject"), _("Text")],
        rows=rows,
        empty=_("The customer was sent no message about the order or the invoice."),
    )
