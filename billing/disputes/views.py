"""One dispute: what it is about, what came of it, its evidence; and opening one from an invoice."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.disputes.actions.assign_disputes import assign_disputes, change_dispute
from billing.disputes.actions.close_disputes import close_disputes
from billing.disputes.actions.credit_dispute import credit_dispute
from billing.disputes.actions.open_dispute import open_dispute
from billing.disputes.actions.write_off_dispute import (
    approve_write_offs,
    refuse_write_offs,
    take_back_write_off,
    write_off_dispute,
)
from billing.disputes.evidence import evidence_of
from billing.disputes.forms import (
    ChangeForm,
    DisputeCreditForm,
    DisputeOwnerForm,
    NoteForm,
    OpenForm,
    ReasonForm,
    WriteOffForm,
)
from billing.disputes.models import Dispute, DisputeOutcome
from billing.disputes.permissions import (
    APPROVE_WRITE_OFF,
    OPEN_DISPUTE,
    VIEW_DISPUTE,
    WORK_DISPUTE,
    WRITE_OFF,
)
from billing.disputes.queries import dispute_list, outcomes_of, story
from billing.disputes.states import OUTCOMES, chip_of
from billing.invoicing.actions.credit_invoice import CREDIT, SYSTEM
from billing.invoicing.models import Invoice
from billing.invoicing.queries import creditable_lines_of, invoice_of
from erp.kernel import chains
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import DomainError, StaleVersion
from erp.kernel.formats import write_number
from erp.kernel.forms import Form
from erp.kernel.web import done, needs

Kind, State = DisputeOutcome.Kind, DisputeOutcome.State


@require_http_methods(["GET", "POST"])
@needs(OPEN_DISPUTE)
def create(request: HttpRequest, number: str) -> HttpResponse:
    """Open a dispute over a part of an invoice."""
    found = get_object_or_404(invoice_of(user=request.user, number=number), kind=Invoice.Kind.INVOICE)
    item = found.open_item
    free = item.open - item.disputed
    form = OpenForm(request.POST if request.method == "POST" else None, initial={"amount": free or None})
    if form.is_bound and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("kind", "amount", "claim", "note")}
        by = By(Actor.of(request.user), key=form.cleaned_data["key"])
        try:
            made = open_dispute(by, open_item_id=item.pk, **given)
        except DomainError as error:
            form.refuse(error)
        else:
            text = _("%(dispute)s opened over %(invoice)s") % {"dispute": made.number, "invoice": number}
            return done(request, text, back=reverse("billing:dispute", args=[made.dispute_id]))
    context = {"invoice": found, "item": item, "free": free, "form": form}
    return render(request, "billing/disputes/new.html", context, status=422 if form.errors else 200)


@require_GET
@needs(VIEW_DISPUTE)
def dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """What is disputed, why, what came of it, and what can be done about it."""
    return _page(request, get_object_or_404(dispute_list(user=request.user), pk=pk), {})


@require_GET
@needs(VIEW_DISPUTE)
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """The evidence pack: one page to read, and to print for the customer."""
    found = get_object_or_404(dispute_list(user=request.user), pk=pk)
    context = {"dispute": found, "pieces": evidence_of(found, user=request.user)}
    return render(request, "billing/disputes/evidence.html", context)


@require_POST
@needs(WORK_DISPUTE)
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it to somebody."""

    def perform(by: By, given: dict[str, Any]) -> str:
        assign_disputes(by, dispute_ids=[pk], owner_id=given["owner_id"])
        return _("Assigned")

    return _work(request, pk, "assign", perform)


@require_POST
@needs(WORK_DISPUTE)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Say better what it is about, or give it another day."""

    def perform(by: By, given: dict[str, Any]) -> str:
        change_dispute(by, dispute_id=pk, **given)
        return _("Changed")

    return _work(request, pk, "change", perform)


@require_POST
@needs(WORK_DISPUTE)
def recover(request: HttpRequest, pk: int) -> HttpResponse:
    """The reason does not hold: it is to be paid."""

    def perform(by: By, given: dict[str, Any]) -> str:
        close_disputes(by, dispute_ids=[pk], how=Kind.RECOVERED.value, note=given["note"])
        return _("Closed; the amount is to be paid")

    return _work(request, pk, "recover", perform)


@require_POST
@needs(WORK_DISPUTE)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The customer holds nothing back any more."""

    def perform(by: By, given: dict[str, Any]) -> str:
        close_disputes(by, dispute_ids=[pk], how=Kind.WITHDRAWN.value, note=given["note"])
        return _("Withdrawn")

    return _work(request, pk, "withdraw", perform)


@require_POST
@needs(WRITE_OFF)
def write_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an amount up, or propose that."""

    def perform(by: By, given: dict[str, Any]) -> str:
        made = write_off_dispute(by, dispute_id=pk, amount=given["amount"], note=given["note"])
        if made.waits:
            return _("Beyond your limit: another person approves the write-off")
        return _("Written off; %(left)s still disputed") % {"left": write_number(made.left, 2)}

    return _work(request, pk, "write_off", perform)


@require_POST
@needs(CREDIT)
def credit(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue a credit memo over lines of the invoice."""
    found = get_object_or_404(dispute_list(user=request.user), pk=pk)
    form = _forms(request, found, request.POST)["credit"]

    def perform(by: By, given: dict[str, Any]) -> str:
        made = credit_dispute(by, dispute_id=pk, lines=form.quantities(), note=given["reason"])
        memo = Invoice.objects.get(pk=made.credit_memo_id)
        return _("%(memo)s issued; %(left)s still disputed") % {
            "memo": memo.number, "left": write_number(made.left, 2),
        }  # fmt: skip

    return _answer(request, found, "credit", form, perform)


@require_POST
@needs(APPROVE_WRITE_OFF)
def approve(request: HttpRequest, pk: int, outcome: int) -> HttpResponse:
    """Approve what somebody else proposed to write off."""
    row = _outcome(request, pk, outcome)

    def perform(by: By, given: dict[str, Any]) -> str:
        approve_write_offs(by, outcome_ids=[row.pk])
        return _("Approved and written off")

    return _work(request, pk, "approve", perform)


@require_POST
@needs(WORK_DISPUTE)
def refuse(request: HttpRequest, pk: int, outcome: int) -> HttpResponse:
    """Refuse it with a reason."""
    row = _outcome(request, pk, outcome)

    def perform(by: By, given: dict[str, Any]) -> str:
        refuse_write_offs(by, outcome_ids=[row.pk], reason=given["reason"])
        return _("The write-off is refused")

    return _work(request, pk, "refuse", perform)


@require_POST
@needs(WRITE_OFF)
def take_back(request: HttpRequest, pk: int, outcome: int) -> HttpResponse:
    """Take a write-off back."""
    row = _outcome(request, pk, outcome)

    def perform(by: By, given: dict[str, Any]) -> str:
        take_back_write_off(by, outcome_id=row.pk, reason=given["reason"])
        return _("Taken back; the amount is open and disputed again")

    return _work(request, pk, "take_back", perform)


def _outcome(request: HttpRequest, pk: int, outcome: int) -> DisputeOutcome:
    found = get_object_or_404(dispute_list(user=request.user), pk=pk)
    return get_object_or_404(found.outcomes, pk=outcome)


def _work(request: HttpRequest, pk: int, how: str, perform: Any) -> HttpResponse:
    found = get_object_or_404(dispute_list(user=request.user), pk=pk)
    return _answer(request, found, how, _forms(request, found, request.POST)[how], perform)


def _answer(request: HttpRequest, found: Dispute, how: str, form: Form, perform: Any) -> HttpResponse:
    if form.is_valid():
        said = form.cleaned_data.get("note") or form.cleaned_data.get("reason") or ""
        by = By(Actor.of(request.user), key=form.cleaned_data.get("key", ""), reason=said)
        try:
            text = perform(by, form.cleaned_data)
        except StaleVersion:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            return done(request, text, back=reverse("billing:dispute", args=[found.pk]))
    return _page(request, found, {how: form}, status=422)


def _forms(request: HttpRequest, found: Dispute, data: Any = None) -> dict[str, Any]:
    presently = {"kind": found.kind, "claim": found.claim, "due_on": found.due_on, "version": found.version}
    return {
        "assign": DisputeOwnerForm(data, user=request.user, initial={"owner_id": found.owner_id}),
        "change": ChangeForm(data, initial=presently),
        "recover": NoteForm(data),
        "withdraw": NoteForm(data),
        "write_off": WriteOffForm(data, initial={"amount": found.open}),
        "credit": DisputeCreditForm(data, lines=creditable_lines_of(found.item.invoice)),
        "approve": Form(data),
        "refuse": ReasonForm(data),
        "take_back": ReasonForm(data),
    }


def _page(request: HttpRequest, found: Dispute, bound: dict[str, Form], status: int = 200) -> HttpResponse:
    actor = Actor.of(request.user)
    here = {"company": found.company_id}
    is_open = found.closed_at is None
    invoice = found.item.invoice
    outcomes = [(row, *OUTCOMES[State(row.state)]) for row in outcomes_of(found)]
    waiting = next((row for row, *_chip in outcomes if row.state == State.WAITING), None)
    forms = {**_forms(request, found), **bound}
    issued = invoice.posted_by == request.user.username and not invoice.posted_by.startswith(SYSTEM)
    context = {
        "dispute": found,
        "invoice": invoice,
        "chip": chip_of(found),
        "outcomes": outcomes,
        "waiting": waiting,
        "forms": forms,
        "bound": bound,
        "may_work": is_open and waiting is None and actor.may(WORK_DISPUTE, **here),
        "may_assign": is_open and actor.may(WORK_DISPUTE, **here),
        "may_write_off": is_open and waiting is None and actor.may(WRITE_OFF, **here),
        "may_credit": is_open
        and waiting is None
        and not issued
        and actor.may(CREDIT, **here)
        and bool(forms["credit"].lines),
        "may_approve": waiting is not None
        and waiting.proposed_by != request.user.username
        and actor.may(APPROVE_WRITE_OFF, **here),
        "may_refuse": waiting is not None
        and (waiting.proposed_by == request.user.username or actor.may(APPROVE_WRITE_OFF, **here)),
        "may_take_back": actor.may(WRITE_OFF, **here),
        "entries": story(found),
        "links": chains.links_of(request.user, "billing.dispute", found.pk),
    }
    return render(request, "billing/disputes/dispute.html", context, status=status)
