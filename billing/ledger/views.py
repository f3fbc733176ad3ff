"""Pages of the books: a journal, the trial balance, and the rules that choose accounts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from billing.ledger.actions.keep_accounts import save_account_rule
from billing.ledger.forms import BalanceForm, RuleForm, RuleTestForm
from billing.ledger.permissions import CHANGE_ACCOUNT, VIEW_LEDGER
from billing.ledger.queries import (
    journal_lines,
    journal_list,
    rule_list,
    trial_balance,
)
from billing.ledger.tester import determine, event_of
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import DomainError, StaleVersion
from erp.kernel.web import done, needs
from masterdata.models import Company


@require_GET
@needs(VIEW_LEDGER)
def journal(request: HttpRequest, pk: int) -> HttpResponse:
    """One journal with its lines."""
    found = get_object_or_404(journal_list(user=request.user), pk=pk)
    context = {"journal": found, "lines": journal_lines(found)}
    return render(request, "billing/ledger/journal.html", context)


@require_GET
@needs(VIEW_LEDGER)
def balance(request: HttpRequest) -> HttpResponse:
    """The trial balance of a company at a day."""
    company = Company.objects.visible_to(request.user).first()
    asked = (
        request.GET
        if "on" in request.GET
        else {"company": company and company.pk, "on": timezone.localdate()}
    )
    form = BalanceForm(asked, user=request.user)
    rows = []
    if form.is_valid():
        rows = trial_balance(company_id=form.cleaned_data["company"].pk, on=form.cleaned_data["on"])
    context = {
        "form": form,
        "rows": rows,
        "debit": sum(row.debit for row in rows),
        "credit": sum(row.credit for row in rows),
        "difference": sum(row.balance for row in rows),
        "currency": form.cleaned_data["company"].currency if form.is_valid() else "",
    }
    return render(
        request, "billing/ledger/balance.html", context, status=200 if form.is_valid() or not company else 422
    )


@require_http_methods(["GET", "POST"])
@needs(CHANGE_ACCOUNT)
def rule_new(request: HttpRequest) -> HttpResponse:
    """Add a rule, or point the one with the same purpose and class elsewhere."""
    wanted = request.GET.get("rule", "")
    present = rule_list(user=request.user).filter(pk=wanted).first() if wanted.isdecimal() else None
    first = (
        {
            "account": present.account_id, "purpose": present.purpose, "item_class": present.item_class_id,
            "version": present.version,
        }
        if present
        else {}
    )  # fmt: skip
    form = RuleForm(request.POST or None, user=request.user, initial=first)
    if form.is_valid():
        given = form.cleaned_data
        item_class = given["item_class"]
        try:
            save_account_rule(
                By(Actor.of(request.user)), company_id=given["account"].company_id, purpose=given["purpose"],
                account_id=given["account"].pk, item_class_id=item_class.pk if item_class else None,
                version=given["version"] or 0,
            )  # fmt: skip
        except StaleVersion:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            return done(request, _("Account rule saved"), back=reverse("billing:rule_list"))
    context = {
        "form": form,
        "title": _("Account rule"),
        "back": reverse("billing:rule_list"),
        "list": _("Account rules"),
    }
    return render(request, "billing/ledger/form.html", context, status=422 if form.is_bound else 200)


@require_GET
@needs(VIEW_LEDGER)
def rule_test(request: HttpRequest) -> HttpResponse:
    """Which accounts an event would take now, and by which rule; nothing is posted."""
    form = RuleTestForm(request.GET if "event" in request.GET else None, user=request.user)
    event = event_of(form.cleaned_data["event"]) if form.is_valid() else None
    rows = []
    if event is not None:
        rows = determine(
            company_id=form.cleaned_data["company"].pk,
            event=event,
            item_class=form.cleaned_data["item_class"],
        )
    status = 422 if form.is_bound and not form.is_valid() else 200
    context = {"form": form, "event": event, "rows": rows}
    return render(request, "billing/ledger/rule_test.html", context, status=status)
