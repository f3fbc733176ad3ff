"""Payments: proposed, changed, let go by another person, sent to the bank, taken back."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.payments.actions.approve_payment_run import approve_payment_run
from billing.payments.actions.cancel_payment_run import cancel_payment_run
from billing.payments.actions.edit_payment_run import edit_payment_run
from billing.payments.actions.keep_bank_details import propose_bank_details
from billing.payments.actions.propose_payments import propose_payments
from billing.payments.actions.reverse_payment import reverse_payment
from billing.payments.forms import DetailsForm, ProposeForm, ReasonForm, RunForm
from billing.payments.models import PaymentRun
from billing.payments.permissions import (
    APPROVE_PAYMENT,
    PROPOSE_BANK_DETAILS,
    PROPOSE_PAYMENT,
    REVERSE_PAYMENT,
    VIEW_PAYMENT,
)
from billing.payments.queries import items_of, payment_list, run_list, timeline_of
from billing.payments.states import RUNS
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import DomainError, StaleVersion
from erp.kernel.web import needs

State = PaymentRun.State


@require_http_methods(["GET", "POST"])
@needs(PROPOSE_PAYMENT)
def new(request: HttpRequest) -> HttpResponse:
    """Propose what is due; nothing leaves the house."""
    data = request.POST if request.method == "POST" else None
    form = ProposeForm(request.user, data, initial={"key": uuid4().hex})
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            made = propose_payments(
                By(Actor.of(request.user), key=given["key"]),
                bank_account_id=given["bank_account"].pk,
                pay_on=given["pay_on"],
                due_until=given["due_until"],
            )
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _("%(number)s waits for a second person.") % {"number": made.number})
            return redirect("billing:payment_run", made.run_id)
    return render(request, "billing/payments/new.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@needs(VIEW_PAYMENT)
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """What is paid and why, what could not be proposed, and what became of it."""
    return _page(request, get_object_or_404(run_list(user=request.user), pk=pk))


def _page(request: HttpRequest, found: PaymentRun, form: Any = None) -> HttpResponse:
    label, tone = RUNS[State(found.state)]
    actor, waits = Actor.of(request.user), found.state == State.PROPOSED
    scope = {"company": found.company_id}
    rows = list(items_of(found))
    own = request.user.username in (found.created_by, found.edited_by)
    may_change = waits and actor.may(PROPOSE_PAYMENT, **scope)
    entered = form if isinstance(form, RunForm) else RunForm(rows, initial={"version": found.version})
    context = {
        "run": found,
        "label": label,
        "tone": tone,
        "rows": [
            (
                row,
                entered.typed("amount", row.pk) if entered.is_bound else None,
                entered.typed("discount", row.pk) if entered.is_bound else None,
            )
            for row in rows
        ],
        "discounts": sum(row.discount for row in rows),
        "payments": payment_list(user=request.user).filter(run=found),
        "file": getattr(found, "file", None),
        "timeline": timeline_of(found),
        "may": {
            "change": may_change,
            "approve": waits and not own and actor.may(APPROVE_PAYMENT, **scope),
            "own": waits and own,
            "reverse": found.state == State.APPROVED and actor.may(REVERSE_PAYMENT, **scope),
        },
        "form": form,
        "key": uuid4().hex,
    }
    return render(request, "billing/payments/run.html", context, status=422 if form else 200)


@require_POST
@needs(VIEW_PAYMENT)
def decide(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Change, approve or cancel a run; the verb asks for the right."""
    found = get_object_or_404(run_list(user=request.user), pk=pk)
    form: Any = ReasonForm(request.POST) if verb == "cancel" else RunForm(list(items_of(found)), request.POST)
    if verb == "approve":
        form.rows = []
        form.clean = lambda: form.cleaned_data
    if not form.is_valid():
        return _page(request, found, form)
    by = By(Actor.of(request.user), key=form.cleaned_data["key"])
    try:
        said = _decided(by, found, verb, form)
    except StaleVersion:
        raise
    except DomainError as error:
        form.refuse(error)
        return _page(request, found, form)
    messages.success(request, said)
    return redirect("billing:payment_run", pk)


def _decided(by: By, found: PaymentRun, verb: str, form: Any) -> str:
    given = form.cleaned_data
    if verb == "cancel":
        cancel_payment_run(by, run_id=found.pk, reason=given["reason"])
        return _("%(number)s is cancelled.") % {"number": found.number}
    if verb == "edit":
        edit_payment_run(by, run_id=found.pk, version=given["version"], items=form.paid)
        return _("%(number)s is changed.") % {"number": found.number}
    done = approve_payment_run(by, run_id=found.pk, version=given["version"])
    count = len(done.payment_ids)
    text = ngettext("%(n)d payment is in the bank's file.", "%(n)d payments are in the bank's file.", count)
    return text % {"n": count}


@require_GET
@needs(VIEW_PAYMENT)
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """The run's file for the bank, as it was made."""
    found = get_object_or_404(run_list(user=request.user).filter(file__isnull=False), pk=pk).file
    response = HttpResponse(found.content.encode(), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{found.name}"'
    return response


@require_POST
@needs(REVERSE_PAYMENT)
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """A payment that the bank did not carry out, or sent back."""
    payment = get_object_or_404(payment_list(user=request.user), pk=pk)
    form = ReasonForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            reverse_payment(
                By(Actor.of(request.user), key=given["key"]), payment_id=pk, reason=given["reason"]
            )
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _("%(number)s is taken back.") % {"number": payment.number})
            return redirect("billing:payment_run", payment.run_id)
    return _page(request, run_list(user=request.user).get(pk=payment.run_id), form)


@require_http_methods(["GET", "POST"])
@needs(PROPOSE_BANK_DETAILS)
def details_new(request: HttpRequest) -> HttpResponse:
    """Enter where a supplier is paid; a colleague confirms it."""
    data = request.POST if request.method == "POST" else None
    supplier = request.GET.get("supplier", "")
    form = DetailsForm(request.user, data, initial={"key": uuid4().hex, "supplier": supplier})
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            propose_bank_details(
                By(Actor.of(request.user), key=given.pop("key")),
                supplier_id=given.pop("supplier").pk,
                **given,
            )
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _("A colleague confirms the bank details."))
            listed = "billing:bank_details_list" if request.user.has_perm(VIEW_PAYMENT) else "home"
            return redirect(listed)
    context = {"form": form}
    return render(request, "billing/payments/details_new.html", context, status=422 if form.errors else 200)
