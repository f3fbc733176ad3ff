"""Supplier invoices in the document chain: behind purchase order, receipt and return."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.payables.models import SupplierInvoice
from billing.payables.permissions import CAPTURE_INVOICE, VIEW_PAYABLE
from billing.payables.queries import supplier_invoice_list
from billing.payables.states import STATES
from erp.kernel.access import access_of
from erp.kernel.chains import Link, provider
from inventory.inbound.queries import receipt_list
from inventory.purchasing.models import PurchaseOrder
from inventory.purchasing.permissions import VIEW_PURCHASE_ORDER
from inventory.supplier_returns.permissions import VIEW_SUPPLIER_RETURN
from inventory.supplier_returns.queries import supplier_return_list

MOST = 20
OF = {
    "inventory.purchase_order": "lines__purchase_line__order",
    "inventory.receipt": "lines__purchase_line__order__receipts",
    "inventory.supplier_return": "lines__supplier_return",
}


@provider(*OF)
def invoices_of(user: Any, kind: str, pk: int) -> list[Link]:
    """The invoices and credit notes of a document; of a purchase order also the way to enter one."""
    held = access_of(user).permissions
    if VIEW_PAYABLE not in held:
        return []
    found = supplier_invoice_list(user=user).filter(**{OF[kind]: pk}).distinct().order_by("pk")[:MOST]
    links = [_link(row) for row in found]
    if kind == "inventory.purchase_order" and CAPTURE_INVOICE in held:
        order = PurchaseOrder.objects.visible_to(user).filter(pk=pk).first()
        if order is not None:
            address = f"{reverse('billing:supplier_invoice_new')}?order={order.number}"
            links.append(Link(_("Supplier invoice"), str(_("Enter")), address, order=61, icon="plus"))
    return links


@provider("billing.supplierinvoice")
def chain_of_invoice(user: Any, kind: str, pk: int) -> list[Link]:
    """The purchase orders, receipts and returns that an invoice is about."""
    held = access_of(user).permissions
    links = []
    if VIEW_PURCHASE_ORDER in held:
        orders = PurchaseOrder.objects.visible_to(user).filter(lines__supplier_invoice_lines__invoice=pk)
        links += [
            Link(_("Purchase order"), row.number, reverse("inventory:purchase_order", args=[row.pk]), order=20,
                 icon="clipboard-list")
            for row in orders.distinct().order_by("pk")[:MOST]
        ]  # fmt: skip
        receipts = receipt_list(user=user).filter(purchase_order__lines__supplier_invoice_lines__invoice=pk)
        links += [
            Link(_("Receipt"), row.number, reverse("inventory:receipt", args=[row.pk]), order=30,
                 icon="package-plus")
            for row in receipts.distinct().order_by("pk")[:MOST]
        ]  # fmt: skip
    if VIEW_SUPPLIER_RETURN in held:
        returns = supplier_return_list(user=user).filter(Q(supplier_invoice_lines__invoice=pk)).distinct()
        links += [
            Link(_("Supplier return"), row.number, reverse("inventory:supplier_return", args=[row.pk]), order=35,
                 icon="undo-2")
            for row in returns[:MOST]
        ]  # fmt: skip
    return links


def _link(row: SupplierInvoice) -> Link:
    label, tone = STATES[SupplierInvoice.State(row.state)]
    address = reverse("billing:supplier_invoice", args=[row.number])
    return Link(row.get_kind_display(), row.number, address, label, tone, order=60, icon="file-input")
