"""Pages of e-invoices: where one stands, its files, and what people do about it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from billing.einvoice.actions.regenerate_einvoices import regenerate_einvoices
from billing.einvoice.actions.report_einvoice import report_einvoice
from billing.einvoice.actions.request_einvoices import request_einvoices
from billing.einvoice.actions.send_einvoice import send_einvoice
from billing.einvoice.actions.work_einvoices import assign_einvoices, waive_einvoices
from billing.einvoice.forms import ACCEPTED, OwnerForm, ReportForm, SendForm, WaiveForm
from billing.einvoice.lists import chip_of
from billing.einvoice.models import EInvoice, EInvoiceDocument
from billing.einvoice.permissions import REPORT_EINVOICE, VIEW_EINVOICE, WORK_EINVOICE
from billing.einvoice.queries import archived, einvoice_list, story
from billing.invoicing.queries import invoice_of
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.forms import Form
from erp.kernel.models import User
from erp.kernel.web import done, needs


@require_GET
@needs(VIEW_EINVOICE)
def einvoice(request: HttpRequest, pk: int) -> HttpResponse:
    """One e-invoice: state, findings, archive, what can be done, history."""
    return _page(request, get_object_or_404(einvoice_list(user=request.user), pk=pk), {})


@require_GET
@needs(VIEW_EINVOICE)
def file(request: HttpRequest, pk: int, revision: int, kind: str) -> HttpResponse:
    """A revision's XML or PDF as archived."""
    found = get_object_or_404(einvoice_list(user=request.user), pk=pk)
    document = get_object_or_404(EInvoiceDocument, einvoice=found, revision=revision)
    content = document.pdf if kind == "pdf" else document.xml
    if content is None:
        raise Http404
    return download(found.invoice.number, kind, bytes(content))


def download(number: str, kind: str, content: bytes) -> HttpResponse:
    """A file of an e-invoice, named after its document; never shown as a page of ours."""
    response = HttpResponse(content, content_type=f"application/{kind}")
    response["Content-Disposition"] = f'attachment; filename="{number}.{kind}"'
    return response


@require_POST
@needs(WORK_EINVOICE)
def request_for(request: HttpRequest, number: str) -> HttpResponse:
    """Request the e-invoice of a document that was posted before its customer wanted one."""
    found = get_object_or_404(invoice_of(user=request.user, number=number))
    back = reverse("billing:invoice", args=[number])
    made = request_einvoices(By(Actor.of(request.user)), invoice_ids=[found.pk])
    if not made.einvoice_ids:
        return done(
            request, _("%(number)s has one, or its customer wants none.") % {"number": number}, back=back
        )
    return done(request, _("The e-invoice of %(number)s is being made.") % {"number": number}, back=back)


@require_POST
@needs(WORK_EINVOICE)
def work(request: HttpRequest, pk: int, how: str) -> HttpResponse:
    """Make it again, send, assign or settle it."""
    return _act(request, pk, how)


@require_POST
@needs(REPORT_EINVOICE)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the customer said."""
    return _act(request, pk, "report")


def _act(request: HttpRequest, pk: int, how: str) -> HttpResponse:
    found = get_object_or_404(einvoice_list(user=request.user), pk=pk)
    form = _forms(request.user, found, request.POST)[how]
    if form.is_valid():
        try:
            text = _done(By(Actor.of(request.user)), found, how, form.cleaned_data)
        except DomainError as error:
            form.refuse(error)
        else:
            return done(request, text, back=reverse("billing:einvoice", args=[pk]))
    return _page(request, found, {how: form}, status=422)


def _done(by: By, found: EInvoice, how: str, given: dict[str, Any]) -> str:
    number = {"number": found.invoice.number}
    if how == "report":
        report_einvoice(by, einvoice_id=found.pk, accepted=given["said"] == ACCEPTED, reason=given["reason"])
        return _("What the customer said of %(number)s is noted.") % number
    if how == "send":
        send_einvoice(by, einvoice_id=found.pk, recipient=given["recipient"])
        return _("%(number)s is on its way.") % number
    if how == "waive":
        waive_einvoices(by, einvoice_ids=[found.pk], reason=given["reason"])
        return _("%(number)s is settled.") % number
    if how == "assign":
        assign_einvoices(by, einvoice_ids=[found.pk], owner_id=given["owner_id"])
        return _("%(number)s is assigned.") % number
    regenerate_einvoices(by, einvoice_ids=[found.pk])
    return _("%(number)s is being made again.") % number


def _forms(user: User, found: EInvoice, data: Any = None) -> dict[str, Form]:
    return {
        "regenerate": Form(data),
        "report": ReportForm(data),
        "send": SendForm(data),
        "waive": WaiveForm(data),
        "assign": OwnerForm(data, user=user, initial={"owner_id": found.owner_id}),
    }


def _page(request: HttpRequest, found: EInvoice, bound: dict[str, Form], status: int = 200) -> HttpResponse:
    label, tone = chip_of(found)
    works, reports = request.user.has_perm(WORK_EINVOICE), request.user.has_perm(REPORT_EINVOICE)
    context = {
        "einvoice": found,
        "state_label": label,
        "state_tone": tone,
        "documents": archived(found),
        "entries": story(found),
        "forms": {**_forms(request.user, found), **bound},
        "bound": bound,
        "may_work": works and found.state in EInvoice.TO_WORK,
        "may_send": works and found.state in (*EInvoice.OUT, EInvoice.State.ACCEPTED),
        "may_report": reports and found.state in EInvoice.OUT,
    }
    return render(request, "billing/einvoice/einvoice.html", context, status=status)
