"""Taking goods in against a purchase order, and the receipt that comes of it."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from erp.kernel import chains
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.web import needs
from inventory.purchasing.queries import purchase_order_list
from inventory.stock.actions.name_lots import LotName
from inventory.stock.lots import lot_ids

from .actions.post_receipt import RECEIVE, ReceiptLineRequest, Received, post_receipt
from .forms import ReceiveForm, bins_of
from .permissions import VIEW_RECEIPT
from .queries import expected_lines, receipt_list, receiving_bin


@require_http_methods(["GET", "POST"])
@needs(RECEIVE)
def receive(request: HttpRequest, pk: int) -> HttpResponse:
    """Expected against received, line by line."""
    order = get_object_or_404(purchase_order_list(user=request.user), pk=pk)
    lines = list(expected_lines(order))
    data = request.POST if request.method == "POST" else None
    form = ReceiveForm(lines, bins_of(order.site_id), data, initial={"key": uuid4().hex})
    if form.is_bound and form.is_valid():
        try:
            received = _post(request, order.pk, form)
        except DomainError as error:
            form.refuse(error)
        else:
            served = received.backorders_served
            text = ngettext(
                "%(n)s backorder got stock from it.", "%(n)s backorders got stock from it.", served
            )
            messages.success(
                request,
                _("%(number)s is posted.") % {"number": received.number}
                + (" " + text % {"n": served} if served else ""),
            )
            return redirect("inventory:receipt", received.receipt_id)
    default = receiving_bin(order.site_id)
    rows = [
        {
            "line": line,
            "quantity": form.typed("quantity", line) if form.is_bound else "",
            "bin": form.typed("bin", line) if form.is_bound else default.code if default else "",
            "lot": form.typed("lot", line) if form.is_bound else "",
            "expires": form.typed("expires", line) if form.is_bound else "",
        }
        for line in lines
    ]
    context = {"order": order, "form": form, "rows": rows}
    return render(request, "inventory/inbound/receive.html", context, status=422 if form.errors else 200)


def _post(request: HttpRequest, order_id: int, form: ReceiveForm) -> Received:
    actor, key = Actor.of(request.user), form.cleaned_data["key"]
    names = [
        LotName(each.line.item_id, each.lot, each.expires_on) if each.lot else None for each in form.arrived
    ]
    return post_receipt(
        By(actor, key=key),
        purchase_order_id=order_id,
        lines=[
            ReceiptLineRequest(each.line.supply_id, each.quantity, each.bin_id, lot_id)
            for each, lot_id in zip(form.arrived, lot_ids(actor, names), strict=True)
        ],
        delivery_note=form.cleaned_data["delivery_note"],
    )


@require_GET
@needs(VIEW_RECEIPT)
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """What came, where it was put and what it is worth."""
    found = get_object_or_404(receipt_list(user=request.user), pk=pk)
    context = {
        "receipt": found,
        "lines": found.lines.select_related("item", "bin", "lot").order_by("pk"),
        "links": chains.links_of(request.user, "inventory.receipt", found.pk),
    }
    return render(request, "inventory/inbound/receipt.html", context)
