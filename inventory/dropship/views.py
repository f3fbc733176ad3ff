"""The supplier's ship notice, entered; and a drop shipment taken back (OC12)."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from erp.kernel.actor import Actor
from erp.kernel.clock import now
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.web import needs
from inventory.outbound.actions.reverse_shipment import REVERSE
from inventory.stock.lots import lot_ids
from masterdata.places.queries import day_of

from .actions.confirm_drop_shipment import SentLine, confirm_drop_shipment
from .actions.reverse_drop_shipment import reverse_drop_shipment
from .forms import ReverseForm, ShipNoticeForm
from .permissions import CONFIRM_DROP
from .queries import drop_orders, drop_shipments, lines_to_send


@require_http_methods(["GET", "POST"])
@needs(CONFIRM_DROP)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """What the supplier has sent, line by line; everything that is open is filled in."""
    order = get_object_or_404(drop_orders(user=request.user), pk=pk)
    lines = lines_to_send(order)
    initial = {"key": uuid4().hex, "shipped_on": day_of(order.site, now())}
    form = ShipNoticeForm(lines, request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        given, actor = form.cleaned_data, Actor.of(request.user)
        try:
            done = confirm_drop_shipment(
                By(actor, key=given["key"]),
                purchase_order_id=order.pk,
                lines=[
                    SentLine(line.pk, quantity, lot_id)
                    for (line, quantity, _lot), lot_id in zip(
                        form.sent, lot_ids(actor, [lot for *_line, lot in form.sent]), strict=True
                    )
                ],
                shipped_on=given["shipped_on"],
                tracking_number=given["tracking_number"],
            )
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _("%(number)s has shipped.") % {"number": done.number})
            return redirect("inventory:shipment", done.shipment_id)
    rows = [
        {
            "line": line,
            "quantity": form.typed("quantity", line.pk) if form.is_bound else None,
            "lot": form.typed("lot", line.pk) if form.is_bound else "",
            "expires": form.typed("expires", line.pk) if form.is_bound else "",
        }
        for line in lines
    ]
    context = {"order": order, "form": form, "rows": rows}
    return render(request, "inventory/dropship/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs(REVERSE)
def reverse(request: HttpRequest, pk: int) -> HttpResponse:
    """The supplier had not sent it after all."""
    shipment = get_object_or_404(drop_shipments(user=request.user), pk=pk)
    form = ReverseForm(request.POST if request.method == "POST" else None, initial={"key": uuid4().hex})
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        by = By(Actor.of(request.user), key=given["key"], reason=given["reason"])
        try:
            reverse_drop_shipment(by, shipment_id=pk, reason=given["reason"])
        except DomainError as error:
            form.refuse(error)
        else:
            text = _("%(number)s is reversed; the supplier has it to send again.")
            messages.success(request, text % {"number": shipment.number})
            return redirect("inventory:shipment", pk)
    context = {"shipment": shipment, "form": form}
    return render(request, "inventory/dropship/reverse.html", context, status=422 if form.errors else 200)
