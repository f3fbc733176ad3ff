"""The dock on a tablet: what is expected, and a delivery that is unloaded by scan."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from erp.kernel.actor import Actor
from erp.kernel.command import By, asked_before
from erp.kernel.errors import BadInput, DomainError
from erp.kernel.formats import write_quantity
from erp.kernel.web import is_htmx, needs
from inventory.counting.scanning import read_label
from inventory.inbound.actions.post_receipt import RECEIVE
from inventory.inbound.forms import bins_of
from inventory.inbound.permissions import VIEW_RECEIPT
from inventory.inbound.queries import receiving_bin
from inventory.purchasing.queries import purchase_order_list

from .actions.count_unloaded import begin_unloading, count_unloaded
from .actions.post_unloading import give_up_unloading, post_unloading
from .expected import arrivals
from .forms import PostForm, UnloadScanForm, UnloadTypedForm
from .models import Unloading
from .policies import BLIND
from .queries import line_for, standings, unloading_list

DAYS_AHEAD = 1  # how far the dock looks


@require_GET
@needs(RECEIVE)
def dock(request: HttpRequest) -> HttpResponse:
    """What is expected by tomorrow, late first; a scanned number opens its page."""
    today = timezone.localdate()
    rows = arrivals(request.user, today + timedelta(days=DAYS_AHEAD))
    code = request.GET.get("code", "").strip()
    if code:
        found = next((each.url for each in rows if each.number.upper() == code.upper()), "")
        order = purchase_order_list(user=request.user).filter(number__iexact=code, group=None).first()
        if found or order is not None:
            return redirect(found or "inventory:unload", *([] if found else [order.pk]))
    context = {"rows": rows, "code": code, "today": today}
    return render(request, "inventory/unloading/dock.html", context, status=404 if code else 200)


@require_GET
@needs(RECEIVE)
def unload(request: HttpRequest, pk: int) -> HttpResponse:
    """A purchase order at the door: the delivery that is being unloaded, or the button that opens one."""
    order = get_object_or_404(purchase_order_list(user=request.user), pk=pk, group=None)
    found = unloading_list(user=request.user).filter(purchase_order=pk, state="open").first()
    if found is not None:
        return _work(request, found)
    context = {"order": order, "key": uuid4().hex}
    return render(request, "inventory/unloading/begin.html", context)


@require_GET
@needs(VIEW_RECEIPT)
def unloading(request: HttpRequest, pk: int) -> HttpResponse:
    """A delivery by its own number: at the door while it is open, its receipt once there is one."""
    found = _unloading(request, pk)
    if found.receipt_id is not None:
        return redirect("inventory:receipt", found.receipt_id)
    return redirect("inventory:unload", found.purchase_order_id)


@require_POST
@needs(RECEIVE)
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a delivery of the order."""
    get_object_or_404(purchase_order_list(user=request.user), pk=pk, group=None)
    try:
        begin_unloading(_by(request, request.POST.get("key", "")), purchase_order_id=pk)
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("inventory:unload", pk)


@require_POST
@needs(RECEIVE)
def scan(request: HttpRequest, pk: int) -> HttpResponse:
    """One scan, or one more or less by hand. A wrong scan answers 422 and changes nothing."""
    unloading, form = _unloading(request, pk), UnloadScanForm(request.POST)
    if not form.is_valid():
        return _work(request, unloading, said_bad=_("This scan could not be read."))
    given = form.cleaned_data
    by = _by(request, given["key"])
    try:
        if given["code"].strip():
            label = read_label(given["code"])
            line = line_for(label, standings(unloading))
            scanned = label.scan
            change, lot, expires_on = label.quantity, scanned.lot, scanned.expires_on
        else:
            counted = unloading.lines.select_related("line__item").filter(pk=given["pick"]).first()
            if counted is None or given["change"] is None:
                raise BadInput(field="pick", reason=_("nothing was scanned."))
            line, change, lot, expires_on = counted.line, given["change"], counted.lot, None
        done = count_unloaded(
            by, unloading_id=pk, line_id=line.pk, change=change, lot=lot, expires_on=expires_on
        )
    except DomainError as error:
        if asked_before(by, count_unloaded):
            return _work(request, unloading, said_ok=_("This scan is done already."))
        return _work(request, unloading, said_bad=str(error))
    return _work(request, unloading, said_ok=f"{line.item.name}: {done.counted} {line.item.stock_unit_id}")


@require_POST
@needs(RECEIVE)
def typed(request: HttpRequest, pk: int) -> HttpResponse:
    """How much there is of one item, typed in one go."""
    unloading, form = _unloading(request, pk), UnloadTypedForm(request.POST)
    if not form.is_valid():
        return _work(request, unloading, said_bad=_("Enter an item and how much of it there is."))
    given = form.cleaned_data
    try:
        label = read_label(given["item"])
        line = line_for(label, standings(unloading))
        count_unloaded(
            _by(request, given["key"]),
            unloading_id=pk,
            line_id=line.pk,
            counted=given["counted"],
            lot=given["lot"] or label.scan.lot,
            expires_on=given["expires_on"] or label.scan.expires_on,
        )
    except DomainError as error:
        return _work(request, unloading, said_bad=str(error))
    said = f"{write_quantity(given['counted'])} {line.item.stock_unit_id}"
    return _work(request, unloading, said_ok=f"{line.item.name}: {said}")


@require_POST
@needs(RECEIVE)
def post(request: HttpRequest, pk: int) -> HttpResponse:
    """Receive what was counted; what differs goes to the buyer."""
    unloading, form = _unloading(request, pk), PostForm(request.POST)
    form.full_clean()
    given = form.cleaned_data
    bin_id = bins_of(unloading.site_id).get(given.get("bin", "").strip().upper())
    if bin_id is None:
        text = _("There is no bin “%(code)s” that goods are taken into.")
        return _work(request, unloading, said_bad=text % {"code": given.get("bin", "")})
    try:
        done = post_unloading(
            _by(request, given.get("key", "")),
            unloading_id=pk,
            delivery_note=given.get("delivery_note", ""),
            bin_id=bin_id,
            complete=given["complete"],
        )
    except DomainError as error:
        return _work(request, unloading, said_bad=str(error))
    n = len(done.difference_ids)
    text = (
        _("%(number)s is posted.") % {"number": done.receipt} if done.receipt else _("Nothing was taken in.")
    )
    if n:
        told = ngettext("%(n)s difference is with the buyer.", "%(n)s differences are with the buyer.", n)
        text += " " + told % {"n": n}
    messages.success(request, text)
    return redirect("inventory:receipt", done.receipt_id) if done.receipt_id else redirect("inventory:dock")


@require_POST
@needs(RECEIVE)
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget what was counted."""
    unloading = _unloading(request, pk)
    try:
        give_up_unloading(_by(request, request.POST.get("key", "")), unloading_id=pk)
    except DomainError as error:
        return _work(request, unloading, said_bad=str(error))
    messages.success(
        request, _("%(number)s is given up; nothing was received.") % {"number": unloading.number}
    )
    return redirect("inventory:dock")


def _work(
    request: HttpRequest, unloading: Unloading, *, said_ok: str = "", said_bad: str = ""
) -> HttpResponse:
    """The page, or for the scanner's own requests its parts; 422 when something was refused."""
    rows = standings(unloading)
    default = receiving_bin(unloading.site_id)
    context: dict[str, Any] = {
        "unloading": unloading,
        "order": unloading.purchase_order,
        "rows": rows,
        "total": len(rows),
        "done": sum(row.done for row in rows),
        "over": sum(bool(row.over) for row in rows),
        "blind": BLIND.value(site=unloading.site_id, company=unloading.company_id),
        "bin": default.code if default else "",
        "key": uuid4().hex,
        "said_ok": said_ok,
        "said_bad": said_bad,
    }
    template = "inventory/unloading/_work.html" if is_htmx(request) else "inventory/unloading/work.html"
    return render(request, template, context, status=422 if said_bad else 200)


def _unloading(request: HttpRequest, pk: int) -> Unloading:
    return get_object_or_404(unloading_list(user=request.user), pk=pk)


def _by(request: HttpRequest, key: str) -> By:
    return By(Actor.of(request.user), key=key)
