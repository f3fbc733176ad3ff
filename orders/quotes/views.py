"""The pages of a quote: saved from the desk, sent, approved, ordered or lost, and on paper."""

import uuid
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from erp.kernel import chains
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import DomainError, StaleVersion
from erp.kernel.web import done, needs, refusal
from orders.entry.actions.submit_order import SUBMIT

from .actions.accept_quote import accept_quote
from .actions.approve_quote import approve_quote
from .actions.end_quote import lose_quote
from .actions.quote_draft import copy_quote, open_revision, quote_draft
from .actions.send_quote import send_quote
from .forms import AcceptForm, ApproveForm, LoseForm, SaveForm, SendForm
from .models import Quote
from .permissions import APPROVE_QUOTE, VIEW_QUOTE, WRITE_QUOTE
from .queries import look_again, quote_of, timeline_of, views_of
from .sheets import lines_of_revision, print_quote
from .states import OPEN, STATES, State, standing


@require_GET
@needs(VIEW_QUOTE)
def quote_page(request: HttpRequest, number: str) -> HttpResponse:
    """Where the quote stands, its lines with what could be promised now, its revisions and what happened."""
    return _page(request, _quote(request, number))


def _page(request: HttpRequest, quote: Quote, form: Any = None) -> HttpResponse:
    may, key = request.user.has_perm, uuid4().hex
    first = {"version": quote.version, "key": key}
    waits = bool(quote.beyond) and not quote.approved_by
    writes = may(WRITE_QUOTE)
    context = {
        "quote": quote,
        "state": STATES[standing(quote)],
        "lines": views_of(quote, user=request.user),
        "revisions": quote.revisions.order_by("-revision"),
        "links": chains.links_of(request.user, "orders.quote", quote.pk),
        "entries": timeline_of(quote),
        "form": form,
        "send_form": SendForm(initial={**first, "recipient": quote.customer.party.email}),
        "approve_form": ApproveForm(initial=first),
        "lose_form": LoseForm(initial=first),
        "expired": quote.valid_until < timezone.localdate(),
        "waits": waits,
        "may_approve": waits
        and quote.state in OPEN
        and may(APPROVE_QUOTE)
        and quote.revised_by != request.user.username,
        "may_send": writes and quote.state in OPEN and not waits,
        "may_accept": writes and may(SUBMIT) and quote.state in (*OPEN, State.EXPIRED),
        "may_lose": writes and quote.state in (*OPEN, State.EXPIRED),
        "may_copy": writes and may(SUBMIT),
        "may_revise": writes and quote.state != State.WON and not quote.ordered_net,
    }
    return render(request, "orders/quotes/quote.html", context, status=422 if form else 200)


def _again(request: HttpRequest, quote: Quote, form: Any) -> HttpResponse:
    """The page with what is wrong in a form; where the quote has changed meanwhile, that is told instead."""
    if form.data.get("version") != str(quote.version):
        raise StaleVersion(document=quote.number, actor=quote.revised_by, changes=[], version=quote.version)
    return _page(request, quote, form)


@require_GET
@needs(VIEW_QUOTE)
def revision_page(request: HttpRequest, number: str, revision: int) -> HttpResponse:
    """One revision as it was written."""
    quote = _quote(request, number)
    written = get_object_or_404(quote.revisions, revision=revision)
    context = {"quote": quote, "written": written, "lines": lines_of_revision(quote, revision)}
    return render(request, "orders/quotes/revision.html", context)


@require_POST
@needs(WRITE_QUOTE)
def save(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The desk's draft becomes a quote, or the next revision of the one it was opened for."""
    form = SaveForm(request.POST)
    if not form.is_valid():
        return render(request, "orders/quotes/not_saved.html", {"form": form, "draft": public_id}, status=422)
    given = form.cleaned_data
    try:
        written = quote_draft(
            _by(request, str(public_id), given["reason"]),
            public_id=str(public_id),
            version=given["version"] or 0,
            valid_until=given["valid_until"],
            reason=given["reason"],
        )
    except StaleVersion as error:
        return refusal(request, error)
    except DomainError as error:
        form.add_error(None, str(error))
        context = {"form": form, "draft": public_id, "lines": error.context.get("lines", [])}
        return render(request, "orders/quotes/not_saved.html", context, status=error.status)
    text = _("%(number)s is saved") % {"number": written.number}
    return done(request, text, back=reverse("orders:quote", args=[written.number]))


@require_POST
@needs(WRITE_QUOTE)
def revise(request: HttpRequest, number: str) -> HttpResponse:
    """Open the quote's lines at the desk."""
    opened = open_revision(_by(request, ""), quote_id=_quote(request, number).pk)
    return redirect("orders:draft", opened.public_id)


@require_POST
@needs(WRITE_QUOTE)
def copy(request: HttpRequest, number: str) -> HttpResponse:
    """Open the quote's lines at the desk for another quote or an order."""
    opened = copy_quote(_by(request, ""), quote_id=_quote(request, number).pk)
    return redirect("orders:draft", opened.public_id)


@require_POST
@needs(WRITE_QUOTE)
def send(request: HttpRequest, number: str) -> HttpResponse:
    """Send it to the customer, or note that it was handed over."""
    quote, form = _quote(request, number), SendForm(request.POST)
    if not form.is_valid():
        return _again(request, quote, form)
    given = form.cleaned_data
    sent = send_quote(
        _by(request, given["key"]),
        quote_id=quote.pk,
        version=given["version"],
        recipient=given["recipient"],
        by_hand=given["by_hand"],
    )
    text = _("%(number)s is on its way to %(to)s") if sent.recipient else _("%(number)s is handed over")
    return _told(request, quote, text % {"number": quote.number, "to": sent.recipient})


@require_POST
@needs(APPROVE_QUOTE)
def approve(request: HttpRequest, number: str) -> HttpResponse:
    """Let prices beyond the writer's authority be offered."""
    quote, form = _quote(request, number), ApproveForm(request.POST)
    if not form.is_valid():
        return _again(request, quote, form)
    given = form.cleaned_data
    approve_quote(
        _by(request, given["key"], given["note"]),
        quote_id=quote.pk,
        version=given["version"],
        note=given["note"],
    )
    return _told(request, quote, _("The prices of %(number)s are approved") % {"number": quote.number})


@require_POST
@needs(WRITE_QUOTE)
def lose(request: HttpRequest, number: str) -> HttpResponse:
    """Note why it was lost."""
    quote, form = _quote(request, number), LoseForm(request.POST)
    if not form.is_valid():
        return _again(request, quote, form)
    given = form.cleaned_data
    lose_quote(
        _by(request, given["key"], given["closing_note"]),
        quote_id=quote.pk,
        version=given["version"],
        loss=given["loss"],
        competitor=given["competitor"],
        note=given["closing_note"],
    )
    return _told(request, quote, _("%(number)s is closed") % {"number": quote.number})


@require_http_methods(["GET", "POST"])
@needs(WRITE_QUOTE)
def accept(request: HttpRequest, number: str) -> HttpResponse:
    """Choose the lines that the customer orders, and make the order."""
    quote = _quote(request, number)
    views = views_of(quote, user=request.user)
    today = timezone.localdate()
    first = {
        "version": quote.version,
        "key": uuid4().hex,
        "customer_po": quote.customer_reference,
        "requested_on": max(quote.requested_on, today),
    }
    form = AcceptForm(request.POST or None, views=views, initial=first)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = accept_quote(
                _by(request, given["key"]),
                quote_id=quote.pk,
                version=given["version"],
                acceptance=form.acceptance(),
            )
        except StaleVersion:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect(f"{reverse('orders:order', args=[made.number])}?submitted=1")
    expired = quote.valid_until < today
    left = [view.line for view in form.views]
    context = {
        "quote": quote,
        "state": STATES[standing(quote)],
        "form": form,
        "rows": form.rows(),
        "expired": expired,
        "then": sum(line.net for line in left),
        "now": look_again(quote, left, request.user).total if expired and left else None,
    }
    return render(request, "orders/quotes/accept.html", context, status=422 if form.errors else 200)


@require_GET
@needs(VIEW_QUOTE)
def paper(request: HttpRequest, number: str) -> HttpResponse:
    """The newest revision as a PDF."""
    quote = _quote(request, number)
    response = HttpResponse(print_quote(quote), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{quote.number}.pdf"'
    return response


def _quote(request: HttpRequest, number: str) -> Quote:
    return get_object_or_404(quote_of(number, user=request.user))


def _told(request: HttpRequest, quote: Quote, text: str) -> HttpResponse:
    return done(request, text, back=reverse("orders:quote", args=[quote.number]), queue__changed={})


def _by(request: HttpRequest, key: str, reason: str = "") -> By:
    return By(Actor.of(request.user), key=key[:80], reason=reason)
