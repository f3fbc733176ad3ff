"""One payer for a collector: what is overdue, what was said and promised, and what to write down."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from billing.collections.actions.assign_collections import assign_collections
from billing.collections.actions.record_note import record_note
from billing.collections.actions.record_promise import record_promise, withdraw_promise
from billing.collections.forms import CollectorForm, NoteForm, PromiseForm, WithdrawForm
from billing.collections.permissions import COLLECT, VIEW_COLLECTION
from billing.collections.queries import overdue_items, payer_of, promise_list, worklist
from billing.collections.states import STANDINGS
from billing.receivables.queries import balance_of
from erp.kernel.actor import Actor
from erp.kernel.clock import now
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.forms import Form
from erp.kernel.sections import sections_of
from erp.kernel.web import done, needs
from masterdata.models import Customer
from masterdata.places.queries import day_of

MOST = 100


@require_GET
@needs(VIEW_COLLECTION)
def collection(request: HttpRequest, pk: int) -> HttpResponse:
    """What a collector needs on the phone."""
    return _page(request, get_object_or_404(payer_of(pk, user=request.user)), {})


@require_POST
@needs(COLLECT)
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what was said."""

    def perform(by: By, given: dict[str, Any]) -> str:
        record_note(by, customer_id=pk, **given)
        return _("Written down")

    return _work(request, pk, "note", NoteForm(request.POST), perform)


@require_POST
@needs(COLLECT)
def promise(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what they promised."""

    def perform(by: By, given: dict[str, Any]) -> str:
        record_promise(by, customer_id=pk, **given)
        return _("The promise is written down")

    return _work(request, pk, "promise", PromiseForm(request.POST), perform)


@require_POST
@needs(COLLECT)
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the payer to a collector."""

    def perform(by: By, given: dict[str, Any]) -> str:
        assign_collections(by, customer_ids=[pk], collector_id=given["owner_id"])
        return _("Assigned")

    return _work(request, pk, "assign", CollectorForm(request.POST, user=request.user), perform)


@require_POST
@needs(COLLECT)
def withdraw(request: HttpRequest, pk: int, promise: int) -> HttpResponse:
    """End a promise that was written down wrongly."""
    row = get_object_or_404(promise_list(user=request.user), pk=promise, customer=pk)

    def perform(by: By, given: dict[str, Any]) -> str:
        withdraw_promise(by, promise_id=row.pk, reason=given["reason"])
        return _("The promise has ended")

    return _work(request, pk, "withdraw", WithdrawForm(request.POST), perform)


def _work(request: HttpRequest, pk: int, how: str, form: Form, perform: Any) -> HttpResponse:
    found = get_object_or_404(payer_of(pk, user=request.user))
    if form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name != "key"}
        by = By(Actor.of(request.user), key=form.cleaned_data.get("key", ""))
        try:
            text = perform(by, given)
        except DomainError as error:
            form.refuse(error)
        else:
            return done(request, text, back=reverse("billing:collection", args=[pk]))
    return _page(request, found, {how: form}, status=422)


def _page(request: HttpRequest, found: Customer, bound: dict[str, Form], status: int = 200) -> HttpResponse:
    figures = worklist(user=request.user).filter(pk=found.pk).first()
    today = day_of(found.company, now())
    account = getattr(found, "collection", None)
    owed, waiting = balance_of(found)
    forms: dict[str, Form] = {
        "note": NoteForm(),
        "promise": PromiseForm(initial={"amount": figures.at_risk or None} if figures else None),
        "assign": CollectorForm(
            user=request.user, initial={"owner_id": account.collector_id if account else None}
        ),
        "withdraw": WithdrawForm(),
        **bound,
    }
    promises = promise_list(user=request.user).filter(customer=found.pk)[:MOST]
    context = {
        "payer": found,
        "figures": figures,
        "balance": owed - waiting,
        "waiting": waiting,
        "account": account,
        "items": [(item, (today - item.due_on).days) for item in overdue_items(found)],
        "promises": [(row, *STANDINGS[row.standing]) for row in promises],
        "notes": [
            {"what": row.get_kind_display(), "who": row.written_by, "at": row.written_at, "text": row.text}
            for row in found.collection_notes.order_by("-pk")[:MOST]
        ],
        "forms": forms,
        "bound": bound,
        "may_collect": Actor.of(request.user).may(COLLECT, company=found.company_id),
        "sections": sections_of("billing.collection", request, found),
    }
    return render(request, "billing/collections/payer.html", context, status=status)
