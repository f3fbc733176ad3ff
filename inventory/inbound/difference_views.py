"""What did not come as it should: reported at the dock, cleared at the buyer's desk."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from erp.kernel import attachments
from erp.kernel.actor import Actor
from erp.kernel.attachments import attach_file, store_file
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.web import needs
from inventory.purchasing.models import PurchaseOrder
from inventory.purchasing.queries import purchase_order_list

from .actions.report_differences import Found, report_differences
from .actions.resolve_difference import resolve_difference
from .difference_forms import ReportForm, ResolveForm
from .models import ReceiptDifference
from .permissions import REPORT_DIFFERENCE, RESOLVE_DIFFERENCE, VIEW_RECEIPT
from .queries import difference_list, timeline_of
from .states import DIFFERENCES


@require_http_methods(["GET", "POST"])
@needs(REPORT_DIFFERENCE)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Code what is wrong with a line of a delivery, with a photo; the address may name the line."""
    order = get_object_or_404(purchase_order_list(user=request.user), pk=pk, group=None)
    lines = list(order.lines.select_related("item").order_by("line"))
    named = request.GET.get("line", "") or (str(lines[0].pk) if len(lines) == 1 else "")
    form = ReportForm(
        lines,
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        initial={"key": uuid4().hex, "line": named},
    )
    if form.is_bound and form.is_valid():
        try:
            made = _report(request, order, form)
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Reported. The goods are not in stock; the buyer decides."))
            return redirect("inventory:receipt_difference", made)
    context = {"order": order, "form": form}
    return render(request, "inventory/inbound/report.html", context, status=422 if form.errors else 200)


def _report(request: HttpRequest, order: PurchaseOrder, form: ReportForm) -> int:
    """Write the difference and its photo; the difference's id. A photo that is not taken stops both."""
    given, actor = form.cleaned_data, Actor.of(request.user)
    photo = given["photo"]
    stored = store_file(photo.name or "photo.jpg", photo.read()) if photo else None
    found = Found(int(given["line"]), given["kind"], given["quantity"], given["note"], given["item"])
    made = report_differences(By(actor, key=given["key"]), purchase_order_id=order.pk, found=[found])
    (pk,) = made.difference_ids
    if stored is not None:
        by = By(actor, key=f"{given['key']}-photo")
        attach_file(by, subject=ReceiptDifference._meta.label_lower, subject_id=pk, file=stored)
    return pk


@require_http_methods(["GET", "POST"])
@needs(VIEW_RECEIPT)
def difference(request: HttpRequest, pk: int) -> HttpResponse:
    """What came instead of what, its photos, who clears it by when, and what became of it."""
    found: Any = get_object_or_404(difference_list(user=request.user), pk=pk)
    place = {"company": found.company_id, "site": found.site_id}
    may_resolve = found.state == "open" and Actor.of(request.user).may(RESOLVE_DIFFERENCE, **place)
    data = request.POST if request.method == "POST" else None
    form = ResolveForm(found.kind, data, initial={"key": uuid4().hex})
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        by = By(Actor.of(request.user), key=given.pop("key"), reason=given["note"])
        try:
            done = resolve_difference(by, difference_id=pk, **given)
        except DomainError as error:
            form.refuse(error)
        else:
            text = _("Cleared; %(n)s promises changed.") if done.promises_changed else _("Cleared.")
            messages.success(request, text % {"n": done.promises_changed} if done.promises_changed else text)
            return redirect("inventory:receipt_difference", pk)
    label, tone = DIFFERENCES[found.state]
    context = {
        "difference": found,
        "order": found.line.order,
        "item": found.item,
        "label": label,
        "tone": tone,
        "form": form,
        "may_resolve": may_resolve,
        "entries": timeline_of(found),
        **attachments.panel(request, found),
    }
    status = 422 if form.errors else 200
    return render(request, "inventory/inbound/difference.html", context, status=status)
