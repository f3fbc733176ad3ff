"""Receiving money with a proposal, applying what waits, taking back; and a customer's account."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.receivables.actions.apply_cash import apply_cash
from billing.receivables.actions.receive_cash import receive_cash
from billing.receivables.actions.reverse_application import reverse_application
from billing.receivables.forms import ApplicationForm, ReceiptForm, ReverseForm
from billing.receivables.models import CashApplication, CashReceipt
from billing.receivables.permissions import APPLY_CASH, RECEIVE_CASH, VIEW_RECEIVABLE
from billing.receivables.queries import balance_of, candidates, payer_list, receipt_list, statement
from billing.receivables.rules import propose
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.formats import write_number
from erp.kernel.sections import sections_of
from erp.kernel.web import done, needs
from orders.credit.models import CreditAccount


@require_http_methods(["GET", "POST"])
@needs(RECEIVE_CASH)
def receive(request: HttpRequest) -> HttpResponse:
    """Type the payment, see what it is proposed for, correct that, and post it."""
    asked = request.POST if request.method == "POST" else request.GET
    form = ReceiptForm(
        asked if "amount" in asked else None, user=request.user, initial=_first_values(request)
    )
    context: dict[str, Any] = {"form": form}
    if not form.is_bound or not form.is_valid():
        return render(
            request, "billing/receivables/receive.html", context, status=422 if form.is_bound else 200
        )
    given = form.cleaned_data
    payer = given["customer"]
    items = candidates(payer)
    proposal = propose(amount=given["amount"], reference=given["reference"], items=items)
    wanted = ApplicationForm(
        request.POST if "post" in request.POST else None, items=items, proposed=proposal.applications
    )
    context |= {"payer": payer, "proposal": proposal, "applications": wanted}
    if wanted.is_bound and wanted.is_valid():
        by = By(Actor.of(request.user), key=wanted.cleaned_data["key"])
        try:
            result = receive_cash(
                by,
                customer_id=payer.pk,
                amount=given["amount"],
                received_on=given["received_on"],
                reference=given["reference"],
                applications=wanted.applications(),
            )
        except DomainError as error:
            wanted.refuse(error)
        else:
            text = _("%(number)s posted, %(rest)s unapplied") % {
                "number": result.number, "rest": write_number(result.unapplied, 2)
            }  # fmt: skip
            return done(request, text, back=reverse("billing:receipt", args=[result.receipt_id]))
    return render(
        request, "billing/receivables/receive.html", context, status=422 if wanted.is_bound else 200
    )


def _first_values(request: HttpRequest) -> dict[str, Any]:
    return {"received_on": timezone.localdate(), "customer": request.GET.get("customer", "")}


@require_GET
@needs(VIEW_RECEIVABLE)
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """One receipt: what it paid, and where its rest could go."""
    found = get_object_or_404(receipt_list(user=request.user), pk=pk)
    return _receipt_page(request, found, None)


@require_POST
@needs(APPLY_CASH)
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply what waits on a receipt."""
    found = get_object_or_404(receipt_list(user=request.user), pk=pk)
    form = ApplicationForm(request.POST, items=candidates(found.customer))
    if form.is_valid():
        by = By(Actor.of(request.user), key=form.cleaned_data["key"])
        try:
            result = apply_cash(by, receipt_id=pk, applications=form.applications())
        except DomainError as error:
            form.refuse(error)
        else:
            text = _("Applied; %(rest)s still waits") % {"rest": write_number(result.unapplied, 2)}
            return done(request, text, back=reverse("billing:receipt", args=[pk]))
    return _receipt_page(request, found, form, status=422)


@require_POST
@needs(APPLY_CASH)
def reverse_one(request: HttpRequest, pk: int, application: int) -> HttpResponse:
    """Take one application of a receipt back."""
    found = get_object_or_404(receipt_list(user=request.user), pk=pk)
    row = get_object_or_404(CashApplication, pk=application, receipt=found)
    form = ReverseForm(request.POST)
    if not form.is_valid():
        return _receipt_page(request, found, None, reversing=form, status=422)
    reason = form.cleaned_data["reason"]
    reverse_application(By(Actor.of(request.user), reason=reason), application_id=row.pk, reason=reason)
    return done(
        request, _("Taken back; the invoice is open again"), back=reverse("billing:receipt", args=[pk])
    )


def _receipt_page(
    request: HttpRequest,
    found: CashReceipt,
    form: ApplicationForm | None,
    reversing: ReverseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    items = candidates(found.customer) if found.unapplied else []
    proposal = propose(amount=found.unapplied, reference=found.reference, items=items) if items else None
    rows = found.applications.select_related("item__invoice", "reversed_by").order_by("pk")
    context = {
        "receipt": found,
        "rows": [(row, row.reverses_id is None and not hasattr(row, "reversed_by")) for row in rows],
        "proposal": proposal,
        "form": form or (ApplicationForm(items=items, proposed=proposal.applications) if proposal else None),
        "reversing": reversing or ReverseForm(),
        "may_apply": request.user.has_perm(APPLY_CASH),
        "sections": sections_of("billing.receipt", request, found),
    }
    return render(request, "billing/receivables/receipt.html", context, status=status)


@require_GET
@needs(VIEW_RECEIVABLE)
def customer_account(request: HttpRequest, pk: int) -> HttpResponse:
    """What a payer owes, what they paid, and the statement."""
    payer = get_object_or_404(payer_list(user=request.user), pk=pk)
    owed, waiting = balance_of(payer)
    today = timezone.localdate()
    items = list(payer.open_items.exclude(open=0).select_related("invoice").order_by("due_on", "pk"))
    context = {
        "payer": payer,
        "owed": owed,
        "waiting": waiting,
        "balance": owed - waiting,
        "overdue": sum(item.open for item in items if item.due_on < today),
        "items": [(item, (today - item.due_on).days) for item in items],
        "receipts": payer.cash_receipts.filter(unapplied__gt=0).order_by("pk"),
        "rows": statement(payer),
        "credit": CreditAccount.objects.filter(customer=payer).first(),
        "may_receive": request.user.has_perm(RECEIVE_CASH),
    }
    return render(request, "billing/receivables/account.html", context)
