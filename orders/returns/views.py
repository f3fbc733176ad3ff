"""The pages of a return: asked for, decided, received and inspected on a tablet, and its slip on paper."""

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from erp.kernel import attachments, chains
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import BadInput, DomainError
from erp.kernel.pdf import render_pdf
from erp.kernel.web import done, needs
from orders.entry.actions.submit_order import SUBMIT
from orders.entry.models import SalesOrder

from .actions.approve_return import APPROVE, APPROVE_BEYOND, WAIVE, approve_return
from .actions.dispose_return import DISPOSE, dispose_return
from .actions.end_return import cancel_return, close_return, reject_return
from .actions.receive_return import RECEIVE, receive_return
from .actions.replace_return import replace_return
from .actions.request_return import REQUEST, request_return
from .actions.settle_claim import SETTLE_CLAIM, settle_claim
from .actions.settle_excess import settle_excess
from .forms import ApproveForm, ClaimForm, ExcessForm, InspectForm, ReasonForm, ReceiveForm, RequestForm
from .models import CarrierClaim, CustomerReturn, Reason
from .permissions import VIEW_RETURN
from .queries import (
    default_bin,
    return_bins,
    return_of,
    returnable,
    stages_of,
    timeline_of,
    to_inspect,
)
from .states import ARRIVING, CLAIMS, STATES, State

ENDINGS: dict[str, Any] = {"reject": reject_return, "cancel": cancel_return, "close": close_return}


@require_http_methods(["GET", "POST"])
@needs(REQUEST)
def request_page(request: HttpRequest, number: str) -> HttpResponse:
    """What of an order comes back, and why."""
    order = get_object_or_404(
        SalesOrder.objects.visible_to(request.user).select_related("customer__party"), number=number
    )
    lines, kits = returnable(order)
    form = RequestForm(request.POST or None, lines=lines, kits=kits, initial={"key": uuid4().hex})
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            made = request_return(
                _by(request, given["key"]),
                order_id=order.pk,
                lines=form.wanted,
                kits=form.wanted_kits,
                note=given["note"],
            )
        except DomainError as error:
            form.refuse(error)
        else:
            text = _("%(number)s is requested") % {"number": made.number}
            return done(request, text, back=reverse("orders:return", args=[made.number]))
    context = {"order": order, "form": form, "rows": form.rows(), "kits": form.kit_rows()}
    context["reasons"] = Reason.choices
    return render(request, "orders/returns/request.html", context, status=422 if form.errors else 200)


@require_GET
@needs(VIEW_RETURN)
def return_page(request: HttpRequest, number: str) -> HttpResponse:
    """Where the return stands, line by line, its documents and what happened."""
    return _page(request, _return(request, number))


def _page(request: HttpRequest, rma: CustomerReturn, form: Any = None) -> HttpResponse:
    may = request.user.has_perm
    lines = list(rma.lines.select_related("item", "lot", "shipment_line__shipment", "order_line__item"))
    claim: CarrierClaim | None = getattr(rma, "claim", None)
    own = bool(rma.exceeds) and rma.requested_by == request.user.username
    context = {
        "rma": rma,
        "state": STATES[State(rma.state)],
        "stages": stages_of(rma),
        "lines": lines,
        "excess": any(line.excess for line in lines),
        "dispositions": rma.dispositions.select_related("line__item", "bin").order_by("pk"),
        "claim": claim,
        "claim_state": CLAIMS[CarrierClaim.State(claim.state)] if claim else None,
        "links": chains.links_of(request.user, "orders.customerreturn", rma.pk),
        "entries": timeline_of(rma),
        **attachments.panel(request, rma),
        "form": form,
        "reason_form": ReasonForm(initial={"key": uuid4().hex}),
        "approve_form": ApproveForm(initial={"key": uuid4().hex}),
        "claim_form": ClaimForm(initial={"key": uuid4().hex}),
        "key": uuid4().hex,
        "own": own,
        "may_approve": rma.state == State.REQUESTED
        and may(APPROVE)
        and not own
        and (not rma.exceeds or may(APPROVE_BEYOND)),
        "may_waive": may(WAIVE) and any(line.fee_percent for line in lines),
        "ending": _ending(rma, may),
        "may_settle": may(APPROVE),
        "may_claim": may(SETTLE_CLAIM),
        "may_replace": rma.state in (*ARRIVING, State.CLOSED) and not rma.replacement_id and may(SUBMIT),
        "may_receive": rma.state in ARRIVING
        and any(line.quantity > line.cancelled + line.received for line in lines)
        and may(RECEIVE),
        "may_inspect": rma.state == State.RECEIVED and may(DISPOSE),
    }
    return render(request, "orders/returns/return.html", context, status=422 if form else 200)


def _ending(rma: CustomerReturn, may: Any) -> tuple[str, str] | None:
    """The way this return may be ended now, and its word on the button."""
    if rma.state == State.REQUESTED and may(APPROVE):
        return "reject", _("Reject")
    if rma.state == State.APPROVED and may(REQUEST):
        return ("close", _("Close short")) if rma.received_at else ("cancel", _("Cancel return"))
    return None


@require_POST
@needs(APPROVE)
def approve(request: HttpRequest, number: str) -> HttpResponse:
    """Authorise the return."""
    rma, form = _return(request, number), ApproveForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        approve_return(_by(request, given["key"]), return_id=rma.pk, waive_fee=given["waive_fee"])
        return _told(request, rma, _("%(number)s is approved"))
    return _page(request, rma, form)


@require_POST
@needs(VIEW_RETURN)
def end(request: HttpRequest, number: str, how: str) -> HttpResponse:
    """Reject, cancel or close it; the verb asks for its right."""
    rma, form = _return(request, number), ReasonForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        ENDINGS[how](_by(request, form.cleaned_data["key"], reason), return_id=rma.pk, reason=reason)
        return _told(request, rma, _("%(number)s is ended"))
    return _page(request, rma, form)


@require_POST
@needs(APPROVE)
def excess(request: HttpRequest, number: str) -> HttpResponse:
    """Authorise what is set aside, or send it back."""
    rma, form = _return(request, number), ExcessForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        by = _by(request, given["key"], given["reason"])
        settle_excess(
            by, return_id=rma.pk, authorise=given["decision"] == "authorise", reason=given["reason"]
        )
        return _told(request, rma, _("The goods set aside for %(number)s are decided"))
    return _page(request, rma, form)


@require_POST
@needs(SETTLE_CLAIM)
def claim(request: HttpRequest, number: str) -> HttpResponse:
    """What the carrier answered."""
    rma, form = _return(request, number), ClaimForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        settle_claim(
            _by(request, given["key"]),
            return_id=rma.pk,
            recovered=given["recovered"],
            reference=given["reference"],
        )
        return _told(request, rma, _("The claim of %(number)s is settled"))
    return _page(request, rma, form)


@require_POST
@needs(SUBMIT)
def replace(request: HttpRequest, number: str) -> HttpResponse:
    """Order the goods again and open that order."""
    rma = _return(request, number)
    made = replace_return(_by(request, request.POST.get("key", "")), return_id=rma.pk)
    text = _("%(order)s replaces the goods of %(number)s") % {"order": made.number, "number": rma.number}
    return done(request, text, back=reverse("orders:order", args=[made.number]))


@require_http_methods(["GET", "POST"])
@needs(RECEIVE)
def receive(request: HttpRequest, number: str) -> HttpResponse:
    """The dock's page: count what came, blind."""
    rma = _return(request, number)
    lines = list(rma.lines.select_related("item", "lot", "order_line__item"))
    bins = return_bins(rma.site_id)
    form = ReceiveForm(
        request.POST or None,
        lines=lines,
        bins=bins,
        default=default_bin(bins.values()),
        initial={"key": uuid4().hex},
    )
    if form.is_bound and form.is_valid():
        try:
            made = receive_return(
                _by(request, form.cleaned_data["key"]), return_id=rma.pk, lines=form.counted
            )
        except DomainError as error:
            form.refuse(error)
        else:
            text = _("%(number)s is received and waits for inspection") % {"number": rma.number}
            if made.set_aside:
                aside = ngettext(
                    "%(n)s line has more than authorised: set it aside.",
                    "%(n)s lines have more than authorised: set it aside.",
                    len(made.set_aside),
                )
                text = f"{text}. {aside % {'n': len(made.set_aside)}}"
            return done(request, text, back=reverse("orders:return", args=[rma.number]))
    context = {"rma": rma, "state": STATES[State(rma.state)], "form": form, "rows": form.rows()}
    return render(request, "orders/returns/receive.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs(DISPOSE)
def inspect(request: HttpRequest, number: str) -> HttpResponse:
    """The inspector's page: split what came over its dispositions."""
    rma = _return(request, number)
    form = InspectForm(
        request.POST or None,
        receipts=list(to_inspect(rma)),
        bins=return_bins(rma.site_id),
        initial={"key": uuid4().hex},
    )
    if form.is_bound and form.is_valid():
        try:
            dispose_return(_by(request, form.cleaned_data["key"]), return_id=rma.pk, lines=form.disposed)
        except DomainError as error:
            form.refuse(error)
        else:
            return _told(request, rma, _("%(number)s is inspected"))
    context = {"rma": rma, "state": STATES[State(rma.state)], "form": form, "rows": form.rows()}
    return render(request, "orders/returns/inspect.html", context, status=422 if form.errors else 200)


@require_GET
@needs(VIEW_RETURN)
def slip(request: HttpRequest, number: str) -> HttpResponse:
    """The slip that travels with the goods. Refused until the return is approved."""
    rma = _return(request, number)
    if rma.approved_at is None:
        raise BadInput(field=_("slip"), reason=_("the return is not approved yet."))
    lines = rma.lines.select_related("item", "lot", "shipment_line__shipment", "order_line__item")
    context = {"rma": rma, "lines": lines, "company": rma.company, "site": rma.site}
    response = HttpResponse(
        render_pdf("orders/returns/slip_pdf.html", context), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'inline; filename="{rma.number}.pdf"'
    return response


def _return(request: HttpRequest, number: str) -> CustomerReturn:
    return get_object_or_404(return_of(number, user=request.user))


def _told(request: HttpRequest, rma: CustomerReturn, text: str) -> HttpResponse:
    back = reverse("orders:return", args=[rma.number])
    return done(request, text % {"number": rma.number}, back=back, queue__changed={})


def _by(request: HttpRequest, key: str, reason: str = "") -> By:
    return By(Actor.of(request.user), key=key[:80], reason=reason)
