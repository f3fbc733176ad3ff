"""Invoice pages: the document, its PDF, crediting it, and the run over what is unbilled."""

from datetime import datetime
from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.invoicing.actions.credit_invoice import CREDIT, SYSTEM, credit_invoice
from billing.invoicing.actions.credit_return import CREDIT_RETURN, credit_return
from billing.invoicing.documents import invoice_pdf
from billing.invoicing.forms import CreditForm
from billing.invoicing.lists import KINDS, state_of
from billing.invoicing.models import Invoice
from billing.invoicing.permissions import VIEW_INVOICE
from billing.invoicing.queries import creditable_lines_of, invoice_list, invoice_of
from billing.ledger.queries import journal_lines, journal_of
from erp.kernel import chains
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.formats import write_number
from erp.kernel.forms import Form
from erp.kernel.models import Decision
from erp.kernel.sections import sections_of
from erp.kernel.web import done, needs
from orders.returns.queries import return_of


@require_GET
@needs(VIEW_INVOICE)
def invoice(request: HttpRequest, number: str) -> HttpResponse:
    """One document: lines, taxes, money, books, chain and timeline."""
    found = get_object_or_404(invoice_of(user=request.user, number=number))
    return _page(request, found, CreditForm(lines=creditable_lines_of(found)))


@require_GET
@needs(VIEW_INVOICE)
def pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The paper as issued; made now if no worker has come to it."""
    found = get_object_or_404(invoice_of(user=request.user, number=number))
    response = HttpResponse(invoice_pdf(found), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    return response


@require_POST
@needs(CREDIT)
def credit(request: HttpRequest, number: str) -> HttpResponse:
    """Issue the credit memo and open it."""
    found = get_object_or_404(invoice_of(user=request.user, number=number))
    form = CreditForm(request.POST, lines=creditable_lines_of(found))
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        by = By(Actor.of(request.user), key=form.cleaned_data["key"], reason=reason)
        try:
            result = credit_invoice(by, invoice_id=found.pk, reason=reason, lines=form.quantities())
        except DomainError as error:
            form.refuse(error)
        else:
            memo = Invoice.objects.get(pk=result.credit_memo_id)
            text = _("%(memo)s issued over %(invoice)s") % {"memo": memo.number, "invoice": found.number}
            return done(request, text, back=reverse("billing:invoice", args=[memo.number]))
    return _page(request, found, form, status=422)


@require_http_methods(["GET", "POST"])
@needs(CREDIT_RETURN)
def return_credit(request: HttpRequest, number: str) -> HttpResponse:
    """Credit now what the inspection of a return has made due, without waiting for the worker."""
    rma = get_object_or_404(return_of(number, user=request.user))
    form = Form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = credit_return(By(Actor.of(request.user)), return_id=rma.pk)
        except DomainError as error:
            form.refuse(error)
        else:
            memos = invoice_list(user=request.user).filter(pk__in=made.credit_memo_ids).order_by("pk")
            issued = ", ".join(memo.number for memo in memos)
            text = _("%(memos)s issued for %(number)s") if issued else _("%(number)s waits for its invoice")
            back = reverse("orders:return", args=[rma.number])
            return done(request, text % {"memos": issued, "number": rma.number}, back=back)
    due = rma.lines.filter(creditable__gt=F("credited")).annotate(due=F("creditable") - F("credited"))
    context = {"rma": rma, "form": form, "lines": due.select_related("item")}
    return render(
        request, "billing/invoicing/credit_return.html", context, status=422 if form.errors else 200
    )


def _page(request: HttpRequest, found: Invoice, form: CreditForm, status: int = 200) -> HttpResponse:
    label, tone = state_of(found)
    own = found.posted_by == request.user.username and not found.posted_by.startswith(SYSTEM)
    journal = journal_of(user=request.user, source="billing.invoice", source_id=found.pk)
    context = {
        "invoice": found,
        "kind_label": KINDS[Invoice.Kind(found.kind)][0],
        "state_label": label,
        "state_tone": tone,
        "lines": found.lines.select_related("item", "tax_code"),
        "taxes": found.taxes.select_related("tax_code").order_by("-rate_percent"),
        "applications": _applications(found),
        "journal": journal,
        "journal_lines": journal_lines(journal) if journal else [],
        "links": chains.links_of(request.user, "billing.invoice", found.pk),
        "entries": _story(found),
        "sections": sections_of("billing.invoice", request, found),
        "form": form,
        "may_credit": found.kind == Invoice.Kind.INVOICE
        and request.user.has_perm(CREDIT)
        and bool(form.lines),
        "own": own,
        "partly": found.credit_memos.exists(),
    }
    return render(request, "billing/invoicing/invoice.html", context, status=status)


def _applications(found: Invoice) -> list[Any]:
    """What was paid or settled on the document, and by it."""
    item = found.open_item
    rows = [
        *item.applications.select_related("receipt", "credit__invoice"),
        *item.settlements.select_related("item__invoice"),
    ]
    return sorted(rows, key=lambda row: row.pk)


def _story(found: Invoice) -> list[dict[str, Any]]:
    """What happened to the document, newest first."""
    entries = [
        _entry(_("Goods left"), _("Warehouse"), found.earned_at),
        _entry(_("%(number)s issued") % {"number": found.number}, found.posted_by, found.recorded_at),
    ]
    if document := getattr(found, "document", None):
        entries.append(_entry(_("PDF stored"), _("System"), document.rendered_at, document.sha256[:16]))
    entries += [
        _entry(
            _("%(amount)s applied") % {"amount": write_number(row.amount, 2)},
            row.applied_by,
            row.applied_at,
            row.get_reason_display(),
        )
        for row in _applications(found)
    ]
    entries += [
        _entry(
            _("Credited by %(memo)s") % {"memo": memo.number}, memo.posted_by, memo.recorded_at, memo.reason
        )
        for memo in found.credit_memos.all()
    ]
    decisions = Decision.objects.filter(
        subject="billing.invoice", subject_id=found.pk, verb="billing.invoice_shipments"
    )
    entries += [
        _entry(
            _("Accepted exceptions"),
            decision.actor,
            decision.recorded_at,
            ", ".join(decision.outcome["accepted"]),
        )
        for decision in decisions
        if decision.outcome.get("accepted")
    ]
    return sorted(entries, key=lambda entry: entry["at"], reverse=True)


def _entry(what: str, who: str, at: datetime, text: str = "") -> dict[str, Any]:
    return {"what": what, "who": who, "at": at, "text": text}
