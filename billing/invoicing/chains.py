"""Invoices in the document chain: below them order and shipment, above them credit memo and payments."""

from typing import Any

from django.db.models import F, Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from billing.invoicing.actions.credit_return import CREDIT_RETURN
from billing.invoicing.lists import KINDS, state_of
from billing.invoicing.models import Invoice
from billing.invoicing.permissions import VIEW_INVOICE
from billing.invoicing.queries import invoice_list
from erp.kernel.access import access_of
from erp.kernel.chains import Link, provider
from orders.entry.models import SalesOrder
from orders.returns.actions.request_return import REQUEST
from orders.returns.chains import MOST, link_to, link_to_new
from orders.returns.permissions import VIEW_RETURN
from orders.returns.queries import return_list


@provider("orders.salesorder", "inventory.shipment")
def invoices_of(user: Any, kind: str, pk: int) -> list[Link]:
    """Invoices and credit memos of an order or a shipment."""
    if VIEW_INVOICE not in access_of(user).permissions:
        return []
    of = Q(order=pk) if kind == "orders.salesorder" else Q(shipment=pk)
    return [_link(invoice) for invoice in invoice_list(user=user).filter(of).order_by("pk")[:MOST]]


@provider("inventory.shipment")
def order_of_shipment(user: Any, kind: str, pk: int) -> list[Link]:
    """The order behind a shipment that was or may be charged."""
    found = SalesOrder.objects.visible_to(user).filter(billables__shipment=pk).distinct()
    return [_order(order.number) for order in found[:1]]


@provider("billing.invoice")
def chain_of_invoice(user: Any, kind: str, pk: int) -> list[Link]:
    """The order and shipment that an invoice charges, and the documents that credit it or that it credits."""
    invoice = invoice_list(user=user).get(pk=pk)
    links = [
        _order(invoice.order.number),
        Link(_("Shipment"), invoice.shipment.number, _url("inventory:shipment", invoice.shipment_id), order=40,
             icon="truck"),
    ]  # fmt: skip
    others = invoice_list(user=user).filter(Q(credits=pk) | Q(credit_memos=pk)).distinct()
    links += [_link(other) for other in others]
    if VIEW_RETURN in access_of(user).permissions:
        links += [link_to(rma) for rma in return_list(user=user).filter(order=invoice.order_id)[:MOST]]
    if invoice.kind == Invoice.Kind.INVOICE and REQUEST in access_of(user).permissions:
        links.append(link_to_new(invoice.order))
    return links


@provider("orders.customerreturn")
def credits_of_return(user: Any, kind: str, pk: int) -> list[Link]:
    """The credit memos that a return was given; to who may credit it and while some is due, the way to that."""
    if VIEW_INVOICE not in access_of(user).permissions:
        return []
    of = Q(lines__return_credits__disposition__rma=pk)
    links = [_link(memo) for memo in invoice_list(user=user).filter(of).distinct().order_by("pk")[:MOST]]
    if CREDIT_RETURN in access_of(user).permissions:
        due = return_list(user=user).filter(pk=pk, lines__creditable__gt=F("lines__credited")).distinct()
        links += [
            Link(
                _("Credit memo"),
                str(_("Credit now")),
                reverse("billing:return_credit", args=[rma.number]),
                order=90,
                icon="plus",
            )
            for rma in due
        ]
    return links


def _link(invoice: Invoice) -> Link:
    label, _tone = KINDS[Invoice.Kind(invoice.kind)]
    state, tone = state_of(invoice)
    order = 60 if invoice.kind == Invoice.Kind.INVOICE else 70
    return Link(
        label,
        invoice.number,
        reverse("billing:invoice", args=[invoice.number]),
        state,
        tone,
        order,
        "receipt",
    )


def _order(number: str) -> Link:
    return Link(_("Order"), number, _url("orders:order", number), order=10, icon="file-text")


def _url(name: str, key: Any) -> str:
    # A floor below may offer no page of its own: the document is then named without a link.
    try:
        return reverse(name, args=[key])
    except NoReverseMatch:
        return ""
