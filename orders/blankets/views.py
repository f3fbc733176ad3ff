"""The pages of a blanket order: saved from the desk, called off, changed, approved and closed."""

import uuid
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from erp.kernel import chains
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import BadInput, DomainError, StaleVersion
from erp.kernel.web import done, needs, refusal
from orders.entry.actions.submit_order import SUBMIT

from .actions.call_off import call_off
from .actions.end_blanket import close_blanket
from .actions.write_blanket import approve_blanket, blanket_draft, change_blanket
from .forms import CallOffForm, ChangeForm, CloseForm, SaveForm
from .models import BlanketOrder
from .permissions import APPROVE_BLANKET, VIEW_BLANKET, WRITE_BLANKET
from .queries import blanket_of, call_offs_of, timeline_of, views_of
from .states import STATES, standing

MOST_CALL_OFFS = 100


@require_GET
@needs(VIEW_BLANKET)
def blanket_page(request: HttpRequest, number: str) -> HttpResponse:
    """What is committed, called off and left of each line, the call-offs, and what happened."""
    blanket = _blanket(request, number)
    may, running = request.user.has_perm, blanket.state == BlanketOrder.State.OPEN
    waits = running and bool(blanket.beyond) and not blanket.approved_by
    views = views_of(blanket)
    context = {
        "blanket": blanket,
        "state": STATES[standing(blanket)],
        "lines": views,
        "open_net": sum(view.open_net for view in views),
        "call_offs": call_offs_of(blanket)[:MOST_CALL_OFFS],
        "links": chains.links_of(request.user, "orders.blanketorder", blanket.pk),
        "entries": timeline_of(blanket),
        "key": uuid4().hex,
        "close_form": CloseForm(initial={"version": blanket.version}),
        "waits": waits,
        "may_approve": waits and may(APPROVE_BLANKET) and blanket.created_by != request.user.username,
        "may_call": running and not waits and may(WRITE_BLANKET) and may(SUBMIT),
        "may_write": running and may(WRITE_BLANKET),
    }
    return render(request, "orders/blankets/blanket.html", context)


@require_POST
@needs(WRITE_BLANKET)
def save(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The desk's draft becomes a blanket order."""
    form = SaveForm(request.POST)
    context: dict[str, Any] = {"form": form, "draft": public_id}
    if not form.is_valid():
        return render(request, "orders/blankets/not_saved.html", context, status=422)
    given = form.cleaned_data
    try:
        written = blanket_draft(
            By(Actor.of(request.user), key=str(public_id)),
            public_id=str(public_id),
            version=given["version"] or 0,
            valid_from=given["valid_from"],
            valid_until=given["valid_until"],
        )
    except StaleVersion as error:
        return refusal(request, error)
    except DomainError as error:
        form.add_error(None, str(error))
        context["lines"] = error.context.get("lines", [])
        return render(request, "orders/blankets/not_saved.html", context, status=error.status)
    text = _("%(number)s is agreed") % {"number": written.number}
    return done(request, text, back=reverse("orders:blanket", args=[written.number]))


@require_http_methods(["GET", "POST"])
@needs(WRITE_BLANKET)
def call(request: HttpRequest, number: str) -> HttpResponse:
    """Call off quantities: an order at the agreed prices."""
    blanket = _blanket(request, number)
    first = {
        "key": uuid4().hex,
        "customer_po": blanket.customer_po,
        "requested_on": timezone.localdate(),
    }
    form = CallOffForm(request.POST or None, views=views_of(blanket), initial=first)
    if request.method == "POST" and form.is_valid():
        by = By(Actor.of(request.user), key=form.cleaned_data["key"][:80])
        try:
            made = call_off(by, blanket_id=blanket.pk, request=form.request())
        except DomainError as error:
            form.refuse(error)
        else:
            text = _("%(order)s is called off from %(number)s.") % {"order": made.number, "number": number}
            back = f"{reverse('orders:order', args=[made.number])}?submitted=1"
            return done(request, " ".join([text, *made.warnings]), back=back)
    context = {
        "blanket": blanket,
        "state": STATES[standing(blanket)],
        "form": form,
        "rows": form.rows(),
    }
    return render(request, "orders/blankets/call_off.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs(WRITE_BLANKET)
def change(request: HttpRequest, number: str) -> HttpResponse:
    """Commit to other quantities, or for longer."""
    blanket = _blanket(request, number)
    first = {"key": uuid4().hex, "version": blanket.version, "valid_until": blanket.valid_until}
    form = ChangeForm(request.POST or None, views=views_of(blanket), initial=first)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            change_blanket(
                By(Actor.of(request.user), key=given["key"][:80], reason=given["reason"]),
                blanket_id=blanket.pk,
                version=given["version"] or 0,
                lines=form.terms,
                valid_until=given["valid_until"],
                reason=given["reason"],
            )
        except StaleVersion:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            return _told(request, blanket, _("%(number)s is changed"))
    context = {
        "blanket": blanket,
        "state": STATES[standing(blanket)],
        "form": form,
        "rows": form.rows(),
    }
    return render(request, "orders/blankets/change.html", context, status=422 if form.errors else 200)


@require_POST
@needs(APPROVE_BLANKET)
def approve(request: HttpRequest, number: str) -> HttpResponse:
    """Let prices beyond the writer's authority bind."""
    blanket, version = _blanket(request, number), request.POST.get("version", "")
    approve_blanket(
        By(Actor.of(request.user), key=request.POST.get("key", "")[:80]),
        blanket_id=blanket.pk,
        version=int(version) if version.isdecimal() else 0,
    )
    return _told(request, blanket, _("The prices of %(number)s are approved"))


@require_POST
@needs(WRITE_BLANKET)
def close(request: HttpRequest, number: str) -> HttpResponse:
    """Let nothing more be called off."""
    blanket, form = _blanket(request, number), CloseForm(request.POST)
    if not form.is_valid():
        raise BadInput(field=_("reason"), reason=_("say why it is closed."))
    reason = form.cleaned_data["reason"]
    close_blanket(
        By(Actor.of(request.user), reason=reason),
        blanket_id=blanket.pk,
        version=form.opened_on,
        reason=reason,
    )
    return _told(request, blanket, _("%(number)s is closed"))


def _blanket(request: HttpRequest, number: str) -> BlanketOrder:
    return get_object_or_404(blanket_of(number, user=request.user))


def _told(request: HttpRequest, blanket: BlanketOrder, text: str) -> HttpResponse:
    back = reverse("orders:blanket", args=[blanket.number])
    return done(request, text % {"number": blanket.number}, back=back, queue__changed={})
