"""Disputes on the page of their invoice, and what a receipt was deducted of on the receipt's."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from billing.disputes.permissions import OPEN_DISPUTE, VIEW_DISPUTE
from billing.disputes.queries import dispute_list
from billing.disputes.states import chip_of
from billing.invoicing.models import Invoice
from billing.receivables.models import CashReceipt
from erp.kernel.sections import section

TEMPLATE = "billing/disputes/_disputes.html"


@section("billing.invoice", VIEW_DISPUTE, title=_("Disputes"), order=30)
def disputes(request: HttpRequest, invoice: Invoice) -> tuple[str, dict[str, Any]] | None:
    """What of an invoice is or was disputed, and the way to open one."""
    if invoice.kind != Invoice.Kind.INVOICE:
        return None
    rows = [(row, *chip_of(row)) for row in dispute_list(user=request.user).filter(item__invoice=invoice)]
    item = invoice.open_item
    may_open = item.open > item.disputed and request.user.has_perm(OPEN_DISPUTE)
    return (TEMPLATE, {"rows": rows, "invoice": invoice, "may_open": may_open}) if rows or may_open else None


@section("billing.receipt", VIEW_DISPUTE, title=_("Deducted"), order=30)
def deducted(request: HttpRequest, receipt: CashReceipt) -> tuple[str, dict[str, Any]] | None:
    """What the payer held back of this payment."""
    rows = [(row, *chip_of(row)) for row in dispute_list(user=request.user).filter(receipt=receipt)]
    return (TEMPLATE, {"rows": rows}) if rows else None
