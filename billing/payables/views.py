"""What suppliers charge: entered, compared with order and receipt, decided, taken back."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.ledger.permissions import VIEW_LEDGER
from billing.ledger.queries import journal_of
from billing.payables.actions.accept_exceptions import accept_exceptions
from billing.payables.actions.capture_supplier_invoice import capture_supplier_invoice
from billing.payables.actions.correct_supplier_invoice import correct_supplier_invoice
from billing.payables.actions.match_supplier_invoices import match_supplier_invoices
from billing.payables.actions.refuse_supplier_invoice import refuse_supplier_invoice
from billing.payables.actions.reverse_supplier_invoice import reverse_supplier_invoice
from billing.payables.capturing import Captured
from billing.payables.forms import FileForm, InvoiceForm, ReasonForm
from billing.payables.lookups import invoice_lines
from billing.payables.models import MatchException, SupplierInvoice
from billing.payables.permissions import (
    ACCEPT_MATCH,
    CAPTURE_INVOICE,
    REVERSE_SUPPLIER_INVOICE,
    VIEW_PAYABLE,
    WORK_MATCH,
)
from billing.payables.posting import SOURCE
from billing.payables.queries import OPEN, compared_lines, supplier_invoice_list, timeline_of, to_invoice
from billing.payables.reading import Sent, read_file
from billing.payables.states import KINDS, NEXT_STEPS, STATES
from erp.kernel import attachments, chains
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import DomainError, StaleVersion
from erp.kernel.formats import write_number, write_quantity
from erp.kernel.web import needs
from inventory.purchasing.models import PurchaseOrder
from masterdata.parties.models import Supplier

State = SupplierInvoice.State
Kind = MatchException.Kind


@require_GET
@needs(VIEW_PAYABLE)
def invoice(request: HttpRequest, number: str) -> HttpResponse:
    """Header, the match in columns, what is found, and what was done."""
    return _page(request, _found(request, number))


def _found(request: HttpRequest, number: str) -> SupplierInvoice:
    return get_object_or_404(supplier_invoice_list(user=request.user), number=number)


def _page(
    request: HttpRequest, found: SupplierInvoice, form: ReasonForm | None = None, status: int = 200
) -> HttpResponse:
    label, tone = STATES[State(found.state)]
    actor, waits = Actor.of(request.user), found.state == State.WAITING
    scope = {"company": found.company_id}
    exceptions = list(found.exceptions.filter(OPEN).select_related("owner").order_by("line", "pk"))
    for each in exceptions:
        each.label, each.tone = KINDS[Kind(each.kind)]
        each.next_step = NEXT_STEPS[Kind(each.kind)]
    own = found.captured_by == request.user.username
    posted = found.state in (State.POSTED, State.REVERSED)
    context = {
        "invoice": found,
        "label": label,
        "tone": tone,
        "lines": compared_lines(found),
        "taxes": found.taxes.all(),
        "exceptions": exceptions,
        "payable": getattr(found, "payable", None),
        "reversal": getattr(found, "reversal", None),
        "timeline": timeline_of(found),
        "links": chains.links_of(request.user, SOURCE, found.pk),
        "journal": journal_of(user=request.user, source=SOURCE, source_id=found.pk)
        if posted and request.user.has_perm(VIEW_LEDGER)
        else None,
        "may": {
            "accept": waits and not own and actor.may(ACCEPT_MATCH, **scope)
            and any(each.kind in MatchException.ACCEPTABLE for each in exceptions),
            "own": waits and own and actor.may(ACCEPT_MATCH, **scope),
            "correct": waits and actor.may(CAPTURE_INVOICE, **scope),
            "work": waits and actor.may(WORK_MATCH, **scope),
            "reverse": found.state == State.POSTED and actor.may(REVERSE_SUPPLIER_INVOICE, **scope),
        },
        "form": form,
        "key": uuid4().hex,
        **attachments.panel(request, found),
    }  # fmt: skip
    return render(request, "billing/payables/invoice.html", context, status=status)


@require_POST
@needs(VIEW_PAYABLE)
def decide(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Accept what may be accepted, match again, refuse or take back; the verb asks for the right."""
    found = _found(request, number)
    form = ReasonForm(request.POST)
    if verb == "match":
        form.fields["reason"].required = False
    if not form.is_valid():
        return _page(request, found, form, 422)
    given = form.cleaned_data
    by = By(Actor.of(request.user), key=given["key"], reason=given["reason"])
    try:
        said = _decided(by, found, verb, given["reason"])
    except DomainError as error:
        form.refuse(error)
        return _page(request, found, form, 422)
    messages.success(request, said)
    return redirect("billing:supplier_invoice", number)


def _decided(by: By, found: SupplierInvoice, verb: str, reason: str) -> str:
    posted, waits = _("%(number)s is posted."), _("%(number)s still waits for another reason.")
    name = {"number": found.number}
    if verb == "refuse":
        refuse_supplier_invoice(by, invoice_id=found.pk, reason=reason)
        return _("%(number)s goes back to its supplier.") % name
    if verb == "reverse":
        done = reverse_supplier_invoice(by, invoice_id=found.pk, reason=reason)
        return _("%(number)s is taken back by %(reversal)s.") % {**name, "reversal": done.number}
    if verb == "match":
        result = match_supplier_invoices(by, invoice_ids=[found.pk])
    else:
        rows = found.exceptions.filter(OPEN, kind__in=MatchException.ACCEPTABLE)
        result = accept_exceptions(by, exception_ids=list(rows.values_list("pk", flat=True)), reason=reason)
    return (posted if result.posted_ids else waits) % name


@require_http_methods(["GET", "POST"])
@needs(CAPTURE_INVOICE)
def new(request: HttpRequest) -> HttpResponse:
    """Enter what is on paper; `?order=` proposes what of a purchase order came and is not invoiced."""
    order = _order(request)
    initial: dict[str, Any] = {"key": uuid4().hex, "kind": "invoice", "supplier": order and order.supplier_id}
    data = request.POST if request.method == "POST" else None
    form = InvoiceForm(request.user, data, known=to_invoice(order) if order else (), initial=initial)
    if form.is_bound and form.is_valid():
        supplier: Supplier = form.cleaned_data["supplier"]
        try:
            done = capture_supplier_invoice(
                By(Actor.of(request.user), key=form.cleaned_data["key"]),
                supplier_id=supplier.pk,
                lines=invoice_lines(form.lines, company_id=supplier.company_id),
                taxes=form.taxes,
                **form.document(),
            )
        except DomainError as error:
            form.refuse(error)
        else:
            return _entered(request, done)
    return _entry(request, form, {"order": order})


def _order(request: HttpRequest) -> PurchaseOrder | None:
    """The purchase order that an invoice is entered for, if the reader sees it."""
    orders = PurchaseOrder.objects.visible_to(request.user).select_related("supplier__party")
    return orders.filter(number=request.GET.get("order", "")[:20]).first()


def _entry(request: HttpRequest, form: InvoiceForm, context: dict[str, Any]) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "billing/payables/entry.html", {"form": form, **context}, status=status)


def _entered(request: HttpRequest, done: Captured) -> HttpResponse:
    text = _("%(number)s is posted.") if done.posted else _("%(number)s waits: something does not match.")
    messages.success(request, text % {"number": done.number})
    return redirect("billing:supplier_invoice", done.number)


@require_http_methods(["GET", "POST"])
@needs(CAPTURE_INVOICE)
def change(request: HttpRequest, number: str) -> HttpResponse:
    """Put right what was entered, as long as it waits."""
    found = _found(request, number)
    names = ("kind", "reference", "issued_on", "due_on", "currency", "net", "tax", "gross", "version")
    known = [
        {
            "against": _against(each),
            "quantity": write_quantity(each.row.quantity),
            "line_net": write_number(each.row.net, 2),
            "text": each.row.description,
        }
        for each in compared_lines(found)
    ]
    rates = [
        {
            "rate": write_quantity(row.rate_percent),
            "base": write_number(row.base, 2),
            "tax_amount": write_number(row.amount, 2),
        }
        for row in found.taxes.all()
    ]
    initial = {"key": uuid4().hex, **{name: getattr(found, name) for name in names}}
    data = request.POST if request.method == "POST" else None
    form = InvoiceForm(request.user, data, known=known, rates=rates, invoice=found, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            done = correct_supplier_invoice(
                By(Actor.of(request.user), key=form.cleaned_data["key"]),
                invoice_id=found.pk,
                version=form.cleaned_data["version"] or 0,
                lines=invoice_lines(form.lines, company_id=found.company_id),
                taxes=form.taxes,
                **form.document(),
            )
        except StaleVersion:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            return _entered(request, done)
    return _entry(request, form, {"invoice": found})


def _against(each: Any) -> str:
    """What a line names, as it is typed."""
    if each.row.kind == "freight":
        return "freight"
    named = each.row.purchase_line or each.row.supplier_return or each.row.account
    return each.against if named else ""


@require_http_methods(["GET", "POST"])
@needs(CAPTURE_INVOICE)
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file: every document of it on its own, with what became of it."""
    data = request.POST if request.method == "POST" else None
    form = FileForm(data, request.FILES or None, initial={"key": uuid4().hex})
    results: list[dict[str, Any]] = []
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        content = file.read()
        try:
            results = [_taken(request, sent) for sent in read_file(content, user=request.user)]
        except DomainError as error:
            form.refuse(error, "file")
        else:
            if len(results) == 1 and (done := results[0].get("done")):
                _keep(request, done, file.name or "invoice.xml", content)
                return _entered(request, done)
    status = 422 if form.errors else 200
    return render(request, "billing/payables/upload.html", {"form": form, "results": results}, status=status)


def _taken(request: HttpRequest, sent: Sent) -> dict[str, Any]:
    """What became of one document of a file."""
    if sent.document is None:
        return {"name": sent.name, "refusal": sent.refusal}
    try:
        done = capture_supplier_invoice(By(Actor.of(request.user), key=sent.key), **sent.document)
    except DomainError as error:
        return {"name": sent.name, "refusal": str(error)}
    return {"name": sent.name, "done": done}


def _keep(request: HttpRequest, done: Captured, name: str, content: bytes) -> None:
    """The file stays with its invoice, as it came."""
    try:
        attachments.attach_file(
            By(Actor.of(request.user)),
            subject=SOURCE,
            subject_id=done.invoice_id,
            file=attachments.store_file(name, content),
        )
    except attachments.FileThereAlready:  # it was sent before
        return
    except attachments.FileNotTaken as error:
        messages.warning(request, str(error))
