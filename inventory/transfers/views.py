"""One transfer for both ends: asked for, decided, loaded, unloaded."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import DomainError, StaleVersion
from erp.kernel.formats import write_quantity
from erp.kernel.web import needs
from erp.kernel.workplace import workplace_of
from inventory.commitments.models import Demand
from inventory.inbound.queries import receiving_bin
from inventory.stock.models import Status
from inventory.stock.permissions import VIEW_VALUE

from .actions.decide_transfer import approve_transfer, cancel_transfer, refuse_transfer
from .actions.receive_transfer import Differs, ReceivedTransfer, Unloaded, receive_transfer
from .actions.request_transfer import amend_transfer, request_transfer
from .actions.ship_transfer import Loaded, ship_transfer
from .forms import LoadForm, ReasonForm, TransferForm, UnloadForm
from .models import TransferContent, TransferOrder
from .permissions import (
    APPROVE_TRANSFER,
    RECEIVE_TRANSFER,
    REQUEST_TRANSFER,
    SHIP_TRANSFER,
    VIEW_TRANSFER,
)
from .queries import (
    Suggested,
    arrives_as,
    could_be_moved,
    difference_list,
    expected_of,
    lines_of,
    timeline_of,
    to_load,
    transfer_list,
)
from .states import DIFFERENCES, STATES

State = TransferOrder.State


@require_GET
@needs(VIEW_TRANSFER)
def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """Header, lines with what has happened to them, differences and history."""
    return _page(request, get_object_or_404(transfer_list(user=request.user), pk=pk))


def _page(request: HttpRequest, order: TransferOrder, form: ReasonForm | None = None) -> HttpResponse:
    label, tone = STATES[order.state]
    actor = Actor.of(request.user)
    gives = {"company": order.company_id, "site": order.site_id}
    gets = {"company": order.company_id, "site": order.to_site_id}
    lines = list(lines_of(order))
    differences = list(difference_list(user=request.user).filter(order=order).order_by("pk"))
    for each in differences:
        each.label, each.tone = DIFFERENCES[each.state]
    asks = actor.may(REQUEST_TRANSFER, **gives) or actor.may(REQUEST_TRANSFER, **gets)
    to_ship = any(line.to_ship for line in lines)
    context = {
        "order": order,
        "label": label,
        "tone": tone,
        "lines": lines,
        "differences": differences,
        "timeline": timeline_of(order),
        "sees_value": request.user.has_perm(VIEW_VALUE),
        "may_change": order.state == State.REQUESTED and asks,
        "may_decide": order.state == State.REQUESTED and actor.may(APPROVE_TRANSFER, **gives),
        "may_ship": order.state in (State.APPROVED, State.SHIPPED)
        and to_ship
        and actor.may(SHIP_TRANSFER, **gives),
        "may_receive": order.state == State.SHIPPED
        and any(line.on_way for line in lines)
        and actor.may(RECEIVE_TRANSFER, **gets),
        "may_cancel": asks
        and (order.state in (State.REQUESTED, State.APPROVED) or (order.state == State.SHIPPED and to_ship)),
        "form": form,
        "key": uuid4().hex,
    }
    return render(request, "inventory/transfers/transfer.html", context, status=422 if form else 200)


@require_http_methods(["GET", "POST"])
@needs(REQUEST_TRANSFER)
def new(request: HttpRequest) -> HttpResponse:
    """Ask for goods of another site; `?for=` names the demand that waits for them."""
    place, wanted = workplace_of(request.user), _wanted(request)
    initial: dict[str, Any] = {"key": uuid4().hex, "to_site": place and place.key, "reason": "replenish"}
    known: list[dict[str, str]] = []
    if wanted is not None:
        open_quantity = wanted.ordered - wanted.shipped - wanted.cancelled - wanted.reserved
        initial |= {"to_site": wanted.site_id, "needed_on": wanted.requested_on, "reason": "demand"}
        sites = [row.sites for row in could_be_moved(wanted.item, user=request.user) if row.demand == wanted]
        initial["site"] = sites[0][0].site_id if sites else None
        known = [
            {
                "item": wanted.item.code,
                "quantity": write_quantity(open_quantity),
                "unit": "",
                "for": str(wanted.pk),
            }
        ]
    data = request.POST if request.method == "POST" else None
    form = TransferForm(request.user, data, known=known, initial=initial)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            made = request_transfer(
                By(Actor.of(request.user), key=given["key"], reason=given["note"]),
                site_id=given["site"].pk,
                to_site_id=given["to_site"].pk,
                lines=form.lines,
                needed_on=given["needed_on"],
                reason=given["reason"],
                note=given["note"],
            )
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _("%(number)s waits for approval.") % {"number": made.number})
            return redirect("inventory:transfer", made.transfer_id)
    context = {"form": form, "wanted": wanted}
    return render(request, "inventory/transfers/new.html", context, status=422 if form.errors else 200)


def _wanted(request: HttpRequest) -> Demand | None:
    """The demand that a request is for, if the reader sees it."""
    pk = request.GET.get("for", "")
    if not pk.isdecimal() or len(pk) >= 19:
        return None
    return Demand.objects.visible_to(request.user).select_related("item", "group").filter(pk=pk).first()


@require_http_methods(["GET", "POST"])
@needs(REQUEST_TRANSFER)
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    """Change lines and day while nobody has approved it."""
    order = get_object_or_404(transfer_list(user=request.user), pk=pk)
    known = [
        {
            "item": line.item.code,
            "quantity": write_quantity(line.entered),
            "unit": line.unit_id,
            "for": str(line.wanted_by_id or ""),
        }
        for line in lines_of(order)
    ]
    initial = {
        "key": uuid4().hex,
        "needed_on": order.needed_on,
        "note": order.note,
        "version": order.version,
    }
    data = request.POST if request.method == "POST" else None
    form = TransferForm(request.user, data, known=known, order=order, initial=initial)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            amend_transfer(
                By(Actor.of(request.user), key=given["key"], reason=given["note"]),
                transfer_id=pk,
                version=given["version"] or 0,
                lines=form.lines,
                needed_on=given["needed_on"],
                note=given["note"],
            )
        except StaleVersion:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _("%(number)s is changed.") % {"number": order.number})
            return redirect("inventory:transfer", pk)
    context = {"form": form, "order": order}
    return render(request, "inventory/transfers/new.html", context, status=422 if form.errors else 200)


@require_POST
@needs(VIEW_TRANSFER)
def decide(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Approve, refuse or cancel; the verb asks for the right."""
    order = get_object_or_404(transfer_list(user=request.user), pk=pk)
    form = ReasonForm(request.POST)
    if verb == "approve":
        form.fields["reason"].required = False
    if form.is_valid():
        given = form.cleaned_data
        by = By(Actor.of(request.user), key=given["key"], reason=given["reason"])
        try:
            if verb == "approve":
                changed = approve_transfer(by, transfer_id=pk, note=given["reason"]).promises_changed
                text = ngettext(
                    "Approved; %(n)s order line leans on it.",
                    "Approved; %(n)s order lines lean on it.",
                    changed,
                )
                said = text % {"n": changed} if changed else _("Approved; the goods are reserved.")
            else:
                run = refuse_transfer if verb == "refuse" else cancel_transfer
                said = str(STATES[run(by, transfer_id=pk, reason=given["reason"]).state][0])
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, f"{order.number}: {said}")
            return redirect("inventory:transfer", pk)
    return _page(request, order, form)


# Loading and unloading, on the tablet ----------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@needs(SHIP_TRANSFER)
def ship(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the goods lie; what is loaded is scanned or typed, then they leave."""
    order = get_object_or_404(transfer_list(user=request.user), pk=pk)
    suggested = to_load(order, lines_of(order))
    form = LoadForm(request.POST or None, initial={"key": uuid4().hex, "keep_rest": True})
    said_ok = said_bad = ""
    do = request.POST.get("do", "")
    if do == "scan":
        said_ok, said_bad = form.scan(form.places(suggested))
    elif do == "all":
        form.counted = {each.key: write_quantity(each.quantity) for each in suggested}
    elif form.is_bound and form.is_valid():
        loads = _loads(form, suggested)
        if not loads and not form.errors:
            form.add_error(None, _("Scan or enter what is loaded."))
        if not form.errors:
            given = form.cleaned_data
            try:
                ship_transfer(
                    By(Actor.of(request.user), key=given["key"]),
                    transfer_id=pk,
                    loads=loads,
                    keep_rest=given["keep_rest"],
                    carrier=given["carrier"],
                    tracking_number=given["tracking_number"],
                )
            except DomainError as error:
                form.refuse(error)
            else:
                messages.success(request, _("%(number)s is on its way.") % {"number": order.number})
                return redirect("inventory:transfer", pk)
    rows = [{"each": each, "quantity": form.shown(each.key)} for each in suggested]
    context = {"order": order, "form": form, "rows": rows, "said_ok": said_ok, "said_bad": said_bad}
    status = 422 if said_bad or (form.is_bound and not do and form.errors) else 200
    return render(request, "inventory/transfers/ship.html", context, status=status)


def _loads(form: LoadForm, suggested: list[Suggested]) -> list[Loaded]:
    loads = []
    for each in suggested:
        quantity = form.read("load", each.key, each.line.item.code)
        if quantity:
            loads.append(Loaded(each.line.pk, each.bin.pk, quantity, each.lot.pk if each.lot else None))
    return loads


@require_http_methods(["GET", "POST"])
@needs(RECEIVE_TRANSFER)
def receive(request: HttpRequest, pk: int) -> HttpResponse:
    """What is expected; what came is scanned or typed, and what did not is a difference."""
    order = get_object_or_404(transfer_list(user=request.user), pk=pk)
    contents = list(expected_of(order))
    form = UnloadForm(order.to_site_id, request.POST or None, initial={"key": uuid4().hex})
    said_ok = said_bad = ""
    do = request.POST.get("do", "")
    if do == "scan":
        said_ok, said_bad = form.scan(form.places(contents))
    elif do == "all":
        form.counted = {str(each.pk): write_quantity(each.expected) for each in contents}
    elif form.is_bound and form.is_valid():
        goods, differences = _unloaded(form, order, contents)
        if not form.errors:
            given = form.cleaned_data
            try:
                done = receive_transfer(
                    By(Actor.of(request.user), key=given["key"]),
                    transfer_id=pk,
                    goods=goods,
                    differences=differences,
                    complete=given["complete"],
                )
            except DomainError as error:
                form.refuse(error)
            else:
                messages.success(request, _received(done))
                return redirect("inventory:transfer", pk)
    default = receiving_bin(order.to_site_id)
    rows = [
        {
            "content": each,
            "expired": arrives_as(each, order.to_site) == Status.EXPIRED,
            "good": form.shown(each.pk),
            "damaged": form.typed("damaged", each.pk) if form.is_bound else "",
            "bin": form.typed("bin", each.pk) if form.is_bound else default.code if default else "",
        }
        for each in contents
    ]
    context = {"order": order, "form": form, "rows": rows, "said_ok": said_ok, "said_bad": said_bad}
    status = 422 if said_bad or (form.is_bound and not do and form.errors) else 200
    return render(request, "inventory/transfers/receive.html", context, status=status)


def _unloaded(
    form: UnloadForm, order: TransferOrder, contents: list[TransferContent]
) -> tuple[list[Unloaded], list[Differs]]:
    goods, differences = [], []
    for each in contents:
        good: Decimal | None = form.read("good", each.pk, each.line.item.code)
        damaged = form.read("damaged", each.pk, each.line.item.code)
        if good and (bin_id := form.bin_id(each.pk)) is not None:
            goods.append(Unloaded(each.pk, good, bin_id, arrives_as(each, order.to_site).value))
        if damaged:
            differences.append(Differs(each.pk, damaged, "damaged", form.cleaned_data["note"]))
    return goods, differences


def _received(done: ReceivedTransfer) -> str:
    whole = done.state == TransferOrder.State.RECEIVED
    text = (
        _("%(number)s is received.")
        if whole
        else _("%(number)s is received in part; the rest is on its way.")
    )
    parts = [text % {"number": done.number}]
    if done.backorders_served:
        text = ngettext(
            "%(n)s backorder got stock from it.",
            "%(n)s backorders got stock from it.",
            done.backorders_served,
        )
        parts.append(text % {"n": done.backorders_served})
    if open_count := len(done.difference_ids):
        text = ngettext("%(n)s difference is open.", "%(n)s differences are open.", open_count)
        parts.append(text % {"n": open_count})
    return " ".join(parts)
