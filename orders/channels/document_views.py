"""One document: raw beside what was read of it, what became of it, and the ways to go on; and what was answered."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.models import Decision
from erp.kernel.web import done, needs
from inventory.commitments.models import SupplyMethod
from masterdata.pages import Event
from orders.partners.queries import partner_list

from .actions.assign_documents import assign_documents
from .actions.discard_document import discard_document
from .actions.intake_order import INTAKE_ORDER
from .actions.resend_messages import resend_messages
from .actions.resubmit_lines import resubmit_lines
from .actions.retake_document import retake_document
from .answering import ELECTRONIC, found_in
from .edi.reading import text_of
from .forms import DropForm, RetakeForm
from .models import Delivery, IntakeDocument
from .queries import intake_documents, outbound_messages

SHOWN_RAW = 60_000  # characters of a raw text that a page shows
HAPPENED = {
    "orders.retake_document": gettext_lazy("Resubmitted"),
    "orders.resubmit_lines": gettext_lazy("Lines resubmitted"),
    "orders.drop_lines": gettext_lazy("Lines dropped"),
    "orders.discard_document": gettext_lazy("Dropped"),
    "orders.answer_document": gettext_lazy("Acknowledged to the partner"),
}


@require_GET
@needs(INTAKE_ORDER)
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """One document as it came, what was read of it, what it became, and what waits of it."""
    row = get_object_or_404(intake_documents(user=request.user), pk=pk)
    return _page(request, row, _again_form(request, row), DropForm(auto_id="drop-%s"))


def _page(request: HttpRequest, row: IntakeDocument, form: RetakeForm, drop_form: DropForm) -> HttpResponse:
    delivery = Delivery.objects.get(pk=row.delivery_id) if row.delivery_id else None
    found = found_in(delivery, row.place) if delivery else None
    parked = {line.line: line for line in row.parked_lines.select_related("order")}
    wanted = {line.place: line for line in found.order.lines} if found and found.order else {}
    lines = [
        (line, parked.get(line["line"]), wanted.get(line["line"]))
        for line in row.payload["lines"]
        if isinstance(line, dict)
    ]
    is_parked = row.state == IntakeDocument.State.PARKED and row.order_id is None
    context = {
        "row": row,
        "lines": lines,
        "found": found,
        "supply": SupplyMethod(said).label if (said := row.payload.get("supply")) else "",
        "notes": found.faults if found else [],
        "raw": _raw_text(delivery)[:SHOWN_RAW] if delivery else "",
        "whole": is_parked and not row.parked_lines.all(),
        "may_again": is_parked and found is not None,
        "may_drop": is_parked,
        "form": form,
        "drop_form": drop_form,
        "answers": outbound_messages(user=request.user).filter(delivery=row.delivery_id) if delivery else [],
        "timeline": _history(row),
    }
    status = 422 if form.errors or drop_form.errors else 200
    return render(request, "orders/channels/document.html", context, status=status)


def _raw_text(delivery: Delivery) -> str:
    """What was delivered as text; of what is no text, that it is none."""
    content = bytes(delivery.content)
    if content.startswith(b"PK"):
        return _("An Excel file. Download it to look inside.")
    return text_of(content)


def _history(row: IntakeDocument) -> list[Event]:
    """What happened to the document, newest first, its arrival last."""
    rows = Decision.objects.filter(subject=IntakeDocument._meta.label_lower, subject_id=row.pk)
    events = [
        Event(HAPPENED.get(entry.verb, entry.verb), entry.actor, entry.recorded_at, _said(entry.outcome))
        for entry in rows.order_by("-recorded_at", "-pk")[:50]
    ]
    arrived = row.received_by.username if row.received_by else "system:edi"
    return [*events, Event(_("Received"), arrived, row.received_at, row.source)]


def _said(outcome: dict[str, Any]) -> str:
    """The reason, and what came of it."""
    return "; ".join(
        str(outcome[name]) for name in ("reason", "order", "kind", "ship_to") if outcome.get(name)
    )


def _again_form(request: HttpRequest, row: IntakeDocument, data: Any = None) -> RetakeForm:
    rows = partner_list(user=request.user).filter(is_active=True)
    found = rows.filter(standard=row.delivery.standard) if row.delivery else rows.none()
    return RetakeForm(data, partners=found, initial={"partner": row.partner_id})


@require_POST
@needs(INTAKE_ORDER)
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask again for what waits of the document, with what the form says of it."""
    row = get_object_or_404(intake_documents(user=request.user), pk=pk)
    form, drop_form = _again_form(request, row, request.POST), DropForm(auto_id="drop-%s")
    if not form.is_valid():
        return _page(request, row, form, drop_form)
    given = form.cleaned_data
    electronic = row.delivery is not None and row.delivery.standard in ELECTRONIC and row.order_id is None
    by = By(Actor.of(request.user), reason=given["reason"])
    try:
        if electronic:
            taken = retake_document(
                by,
                document_id=pk,
                partner_id=given["partner"].pk if given["partner"] else None,
                ship_to=given["ship_to"],
                accept=given["accept"],
                reason=given["reason"],
            )
            number = taken.number
        else:
            number = resubmit_lines(by, document_id=pk, corrections=[], lines=[]).number
    except DomainError as refusal:
        form.refuse(refusal)
        return _page(request, row, form, drop_form)
    waits: Any = intake_documents(user=request.user).filter(pk=pk).first()
    text = _("It still waits: %(why)s") % {"why": waits.why if waits else "–"}
    if number:
        text = _("Ordered on %(number)s") % {"number": number}
    return done(request, text, back=reverse("orders:intake_document", args=[pk]))


@require_POST
@needs(INTAKE_ORDER)
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody will order it: the document leaves the queue with the reason."""
    row = get_object_or_404(intake_documents(user=request.user), pk=pk)
    form = DropForm(request.POST, auto_id="drop-%s")
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            discard_document(By(Actor.of(request.user), reason=reason), document_id=pk, reason=reason)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return done(request, _("The document is dropped"), back=reverse("orders:intake_list"))
    return _page(request, row, _again_form(request, row), form)


@require_POST
@needs(INTAKE_ORDER)
def owner(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the document over, or leave it to whoever comes."""
    row = get_object_or_404(intake_documents(user=request.user), pk=pk)
    mine = row.owner_id != request.user.pk
    owner_id = request.user.pk if mine else None
    assign_documents(By(Actor.of(request.user)), document_ids=[pk], owner_id=owner_id)
    text = _("The document is yours") if mine else _("The document is nobody's")
    return done(request, text, back=reverse("orders:intake_document", args=[pk]))


@require_GET
@needs(INTAKE_ORDER)
def raw(request: HttpRequest, pk: int) -> HttpResponse:
    """What was delivered, byte by byte."""
    row = get_object_or_404(intake_documents(user=request.user), pk=pk)
    if row.delivery_id is None:
        raise Http404
    delivery = Delivery.objects.get(pk=row.delivery_id)
    return _download(bytes(delivery.content), delivery.source.rpartition(": ")[2])


def _download(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/octet-stream")
    safe = "".join(sign if sign.isalnum() or sign in "._- " else "_" for sign in name)[:100]
    ascii_name = safe.encode("ascii", "replace").decode().replace("?", "_")
    answer["Content-Disposition"] = f'attachment; filename="{ascii_name}"'
    return answer


@needs(INTAKE_ORDER)
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """An acknowledgement as it goes out; posted, it is sent again."""
    row = get_object_or_404(outbound_messages(user=request.user).defer(None), pk=pk)
    if request.method == "POST":
        resend_messages(By(Actor.of(request.user)), message_ids=[pk])
        back = reverse("orders:outbound_message", args=[pk])
        return done(request, _("%(name)s is sent again") % {"name": row.file_name}, back=back)
    return render(request, "orders/channels/message.html", {"row": row})


@require_GET
@needs(INTAKE_ORDER)
def message_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The acknowledgement's file."""
    row = get_object_or_404(outbound_messages(user=request.user).defer(None), pk=pk)
    return _download(row.as_bytes(), row.file_name)
