"""The warehouse's pages: the station, one shipment at work, and the shipment as a document."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse as reverse_url
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from erp.kernel import attachments, chains
from erp.kernel.actor import Actor
from erp.kernel.command import By, asked_before
from erp.kernel.errors import BadInput, DomainError
from erp.kernel.forms import Form
from erp.kernel.pdf import render_pdf
from erp.kernel.web import is_htmx, needs
from erp.kernel.workplace import at_workplace, workplace_of
from inventory.purchasing.permissions import VIEW_PURCHASE_ORDER
from inventory.purchasing.queries import purchase_order_list

from .actions.cancel_shipment import CANCEL, cancel_shipment
from .actions.confirm_deliveries import Delivery, confirm_deliveries, withdraw_delivery
from .actions.confirm_shipments import CONFIRM, confirm_shipments
from .actions.count_pick import count_pick
from .actions.pack_shipment import PACK, pack_shipment
from .actions.record_picks import PICK, Picked, record_picks
from .actions.reverse_shipment import REVERSE, reverse_shipment
from .forms import ConfirmForm, DeliveryForm, PackForm, ReasonForm, ScanForm, ShortForm
from .matching import match_scan
from .models import Pick, Shipment
from .permissions import CONFIRM_DELIVERY, VIEW_SHIPMENT, WITHDRAW_DELIVERY
from .policies import PACKING_REQUIRED
from .queries import (
    days_of_work,
    left_to_count,
    lines_of,
    picks_of,
    said,
    shipment_list,
    slip_of,
    timeline_of,
)
from .states import OPEN, STATES

DAYS_AHEAD = 7  # how far the station looks


# The station ---------------------------------------------------------------------------------------------


@require_GET
@needs(VIEW_SHIPMENT)
def station(request: HttpRequest) -> HttpResponse:
    """What is to be released, picked, packed and shipped, by ship date, late first."""
    days = days_of_work(user=request.user, until=timezone.localdate() + timedelta(days=DAYS_AHEAD))
    shipments = reverse_url("inventory:shipment_list")
    orders = reverse_url("inventory:purchase_order_list")
    to_receive = at_workplace(purchase_order_list(user=request.user), request.user)
    place = workplace_of(request.user)
    here = f"&site={place.key}" if place else ""
    totals = [
        (label, icon, sum(getattr(day, step) for day in days), address)
        for label, icon, step, address in (
            (_("To release"), "package-open", "to_release", reverse_url("inventory:release_list")),
            (_("To pick"), "list-checks", "released", f"{shipments}?view=pick"),
            (_("To pack"), "package-check", "picked", f"{shipments}?view=pack"),
            (_("To ship"), "truck", "packed", f"{shipments}?state=packed{here}"),
        )
    ]
    if request.user.has_perm(VIEW_PURCHASE_ORDER):
        totals.append((_("To receive"), "package-plus", to_receive.filter(open_count__gt=0).count(), orders))
    code = request.GET.get("code", "").strip()
    found = shipment_list(user=request.user).filter(number__iexact=code).first() if code else None
    if found is None and code:
        found = shipment_list(user=request.user).filter(group__document__iexact=code).order_by("-pk").first()
    if found is not None:
        return redirect("inventory:shipment_work" if found.state in OPEN else "inventory:shipment", found.pk)
    context = {"days": days, "totals": totals, "code": code}
    return render(request, "inventory/outbound/station.html", context, status=404 if code else 200)


# One shipment at work ------------------------------------------------------------------------------------


@require_GET
@needs(PICK)
def work(request: HttpRequest, pk: int) -> HttpResponse:
    """The tablet's page: scan, count, pack, confirm."""
    return _work(request, _shipment(request, pk))


@require_POST
@needs(PICK)
def scan(request: HttpRequest, pk: int) -> HttpResponse:
    """One scan, or one more or less by hand. A wrong scan answers 422 and changes nothing."""
    shipment, form = _shipment(request, pk), ScanForm(request.POST)
    if not form.is_valid():
        return _work(request, shipment, said_bad=_("This scan could not be read."))
    given = form.cleaned_data
    picks = list(picks_of(shipment))
    pick: Pick | None
    try:
        if given["code"].strip():
            match = match_scan(given["code"], picks)
            pick, change = match.pick, match.quantity
        else:
            pick, change = next((each for each in picks if each.pk == given["pick"]), None), given["change"]
        if pick is None or (change is None and not given["code"].strip()):
            raise BadInput(field="pick", reason=_("this shipment has no such pick."))
        unit = pick.line.item.stock_unit_id
        if change is None:
            text = _("%(bin)s: %(left)s of %(item)s") % {
                "bin": pick.balance.bin.code, "left": said(left_to_count(pick), unit), "item": pick.line.item.name,
            }  # fmt: skip
            return _work(request, shipment, said_ok=text, at=pick.pk)
        counted = count_pick(_by(request, given["key"]), shipment_id=pk, pick_id=pick.pk, change=change)
    except DomainError as error:
        if asked_before(_by(request, given["key"]), count_pick):
            return _work(request, shipment, said_ok=_("This scan is done already."))
        return _work(request, shipment, said_bad=str(error))
    pick.refresh_from_db(fields=["counted", "picked"])
    text = _("%(item)s: %(counted)s of %(wanted)s") % {
        "item": pick.line.item.code, "counted": said(pick.counted, unit), "wanted": said(pick.quantity, unit),
    }  # fmt: skip
    if not counted.open:
        text = _("All lines are done. Pack or confirm the shipment.")
    return _work(request, _shipment(request, pk), said_ok=text, at=pick.pk)


@require_POST
@needs(PICK)
def short(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a pick with what was counted so far and the reason why it is not more."""
    shipment, form = _shipment(request, pk), ShortForm(request.POST)
    if not form.is_valid():
        return _work(request, shipment, said_bad=_("Choose the reason why the pick is short."))
    given = form.cleaned_data
    pick = get_object_or_404(shipment.picks, pk=given["pick"])
    try:
        record_picks(
            _by(request, given["key"]),
            shipment_id=pk,
            picks=[Picked(pick.pk, pick.counted, given["reason"])],
        )
    except DomainError as error:
        return _work(request, shipment, said_bad=str(error))
    text = _("Recorded. What is missing is on hold and the order is planned again.")
    return _work(request, _shipment(request, pk), said_ok=text)


@require_POST
@needs(PACK)
def pack(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the shipment into cartons."""
    shipment, form = _shipment(request, pk), PackForm(request.POST)
    form.full_clean()
    try:
        pack_shipment(_by(request, request.POST.get("key", "")), shipment_id=pk, cartons=form.cartons())
    except (DomainError, ValueError) as error:
        return _work(request, shipment, said_bad=str(error), weights=request.POST.getlist("weight"))
    return _work(request, _shipment(request, pk), said_ok=_("Packed. Confirm the shipment when it leaves."))


@require_POST
@needs(CONFIRM)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm that the shipment has left; back to the station."""
    shipment, form = _shipment(request, pk), ConfirmForm(request.POST)
    if not form.is_valid():
        return _work(request, shipment, said_bad=_("The tracking number has at most 60 characters."))
    given = form.cleaned_data
    try:
        confirm_shipments(
            _by(request, given["key"]), shipment_ids=[pk], tracking_number=given["tracking_number"]
        )
    except DomainError as error:
        return _work(request, shipment, said_bad=str(error))
    messages.success(request, _("%(number)s is confirmed.") % {"number": shipment.number})
    return redirect("inventory:shipment", pk)


def _work(
    request: HttpRequest,
    shipment: Shipment,
    *,
    said_ok: str = "",
    said_bad: str = "",
    at: int | None = None,
    weights: list[str] | None = None,
) -> HttpResponse:
    """The page, or for the scanner's own requests its parts; 422 when something was refused."""
    rows = [_row(pick) for pick in picks_of(shipment)]
    waiting = [row for row in rows if not row["done"]]
    # The line being worked stands first, then what is begun, then the way through the bins; done lines last.
    rows = [
        *sorted(waiting, key=lambda row: (row["pick"].pk != at, not row["counted"])),
        *(r for r in rows if r["done"]),
    ]
    ready = shipment.state in (Shipment.State.PICKED, Shipment.State.PACKED)
    must_pack = shipment.state == Shipment.State.PICKED and PACKING_REQUIRED.value(
        site=shipment.site_id, company=shipment.company_id
    )
    label, tone = STATES[Shipment.State(shipment.state)]
    context = {
        "shipment": shipment,
        "label": label,
        "tone": tone,
        "rows": rows,
        "current": waiting[0]["pick"].pk if waiting and shipment.state == Shipment.State.RELEASED else None,
        "total": len(rows),
        "done": len(rows) - len(waiting),
        "left": len(waiting),
        "ready": ready and not must_pack,
        "must_pack": must_pack,
        "picking": shipment.state == Shipment.State.RELEASED,
        "packing": shipment.state == Shipment.State.PICKED,
        "cartons": shipment.cartons.order_by("number"),
        "weights": weights or [""],
        "key": uuid4().hex,
        "reasons": Pick.ShortReason.choices,
        "said_ok": said_ok,
        "said_bad": said_bad,
    }
    template = "inventory/outbound/_work.html" if is_htmx(request) else "inventory/outbound/work.html"
    return render(request, template, context, status=422 if said_bad else 200)


def _row(pick: Pick) -> dict[str, Any]:
    done = pick.picked is not None
    return {
        "pick": pick,
        "item": pick.line.item,
        "bin": pick.balance.bin.code,
        "lot": pick.balance.lot,
        "kit": pick.line.demand.kit_item,
        "counted": pick.picked if done else pick.counted,
        "done": done,
        "short": pick.get_short_reason_display(),
    }


# The shipment as a document ------------------------------------------------------------------------------


@require_GET
@needs(VIEW_SHIPMENT)
def shipment(request: HttpRequest, pk: int) -> HttpResponse:
    """Header, lines, picks, cartons, chain and timeline."""
    return _document(request, _shipment(request, pk))


@require_POST
@needs(CANCEL)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the work back from the warehouse."""
    return _take_back(request, pk, cancel_shipment, _("%(number)s is cancelled; its goods stay promised."))


@require_POST
@needs(REVERSE)
def reverse(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a confirmed shipment."""
    return _take_back(
        request, pk, reverse_shipment, _("%(number)s is reversed; its goods are back in their bins.")
    )


@require_POST
@needs(CONFIRM_DELIVERY)
def deliver(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that the customer has received the shipment."""
    found, form = _shipment(request, pk), DeliveryForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        told = Delivery(pk, given["delivered_on"], given["delivered_to"])
        try:
            confirm_deliveries(_by(request, given["key"]), deliveries=[told])
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _("%(number)s is delivered.") % {"number": found.number})
            return redirect("inventory:shipment", pk)
    return _document(request, found, delivery=form)


@require_POST
@needs(WITHDRAW_DELIVERY)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a proof of delivery that was recorded by mistake."""
    return _take_back(request, pk, withdraw_delivery, _("The delivery of %(number)s is open again."))


def _take_back(request: HttpRequest, pk: int, verb: Any, text: str) -> HttpResponse:
    found, form = _shipment(request, pk), ReasonForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            verb(_by(request, given["key"], given["reason"]), shipment_id=pk, reason=given["reason"])
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, text % {"number": found.number})
            return redirect("inventory:shipment", pk)
    return _document(request, found, form)


def _document(
    request: HttpRequest, found: Shipment, form: Form | None = None, delivery: Form | None = None
) -> HttpResponse:
    label, tone = STATES[Shipment.State(found.state)]
    user, is_open = request.user, found.state in OPEN
    left = found.state == Shipment.State.SHIPPED and found.delivered_on is None
    context = {
        "shipment": found,
        "label": label,
        "tone": tone,
        "lines": lines_of(found),
        "picks": picks_of(found),
        "cartons": found.cartons.order_by("number"),
        "links": chains.links_of(user, "inventory.shipment", found.pk),
        "entries": timeline_of(found),
        **attachments.panel(request, found),
        "may_work": is_open and user.has_perm(PICK),
        "may_cancel": is_open and user.has_perm(CANCEL),
        "may_reverse": left and found.purchase_order_id is None and user.has_perm(REVERSE),
        "may_reverse_drop": left and found.purchase_order_id is not None and user.has_perm(REVERSE),
        "may_deliver": left and user.has_perm(CONFIRM_DELIVERY),
        "may_withdraw": found.delivered_on is not None and user.has_perm(WITHDRAW_DELIVERY),
        "form": form or ReasonForm(initial={"key": uuid4().hex}),
        "delivery": delivery
        or DeliveryForm(initial={"key": uuid4().hex, "delivered_on": timezone.localdate()}),
    }
    status = 422 if form or delivery else 200
    return render(request, "inventory/outbound/shipment.html", context, status=status)


@require_GET
@needs(VIEW_SHIPMENT)
def pick_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The way through the bins, on paper."""
    return _paper(request, pk, "pick-list")


@require_GET
@needs(VIEW_SHIPMENT)
def packing_slip(request: HttpRequest, pk: int) -> HttpResponse:
    """What is in the cartons, for whoever opens them."""
    return _paper(request, pk, "packing-slip")


def _paper(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    found = _shipment(request, pk)
    context = {
        "shipment": found,
        "site": found.site,
        "company": found.site.company,
        "picks": picks_of(found),
        "rows": slip_of(found),
        "cartons": found.cartons.order_by("number"),
    }
    body = render_pdf(f"inventory/outbound/{name.replace('-', '_')}.html", context)
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{slugify(found.number)}-{name}.pdf"'
    return response


def _shipment(request: HttpRequest, pk: int) -> Shipment:
    return get_object_or_404(shipment_list(user=request.user).select_related("site__company"), pk=pk)


def _by(request: HttpRequest, key: str, reason: str = "") -> By:
    return By(Actor.of(request.user), key=key, reason=reason)
