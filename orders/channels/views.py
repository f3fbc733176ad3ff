"""Orders from a file: look first, then take; and the pages that correct or drop what waits."""

from io import BytesIO
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from openpyxl import Workbook

from erp.kernel import export
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.jobs import start_job
from erp.kernel.web import done, is_htmx, needs
from masterdata.items.permissions import REMEMBER_NUMBER
from masterdata.places.queries import company_list

from .actions.drop_lines import drop_lines
from .actions.intake_order import INTAKE_ORDER
from .actions.receive_delivery import kind_of, receive_delivery
from .actions.resubmit_lines import Correction, HeaderFix, resubmit_lines
from .delivering import keep_sheet, take_delivery
from .forms import CorrectionForm, DropForm, UploadForm
from .importing import Taken, look_at_file, report_of, take_order, taken_before
from .models import Delivery, ParkedLine
from .queries import intake_documents, parked_lines
from .sheets import TEMPLATE, Sheet, read_sheet
from .tasks import INTAKE_FILE
from .uploads import Upload, keep_upload, kept_upload

INLINE_ORDERS, INLINE_LINES = 40, 2_000  # about 2 s of work; more is a job
SHOWN_ROWS = 300
NOT_KNOWN = ("orders.item_unknown", "orders.item_ambiguous")


@needs(INTAKE_ORDER)
def upload(request: HttpRequest) -> HttpResponse:
    """A file is read and shown; nothing is ordered before it is taken."""
    companies = company_list(user=request.user).order_by("pk")
    form = UploadForm(request.POST or None, request.FILES or None, companies=companies)
    try:
        if token := request.POST.get("token"):
            return _take(request, kept_upload(token, request.user))
        if request.method == "POST" and form.is_valid():
            return _look(request, form)
    except DomainError as refusal:
        form.refuse(refusal, "file")
    status = 422 if form.errors else 200
    return render(request, "orders/channels/upload.html", {"form": form}, status=status)


def _look(request: HttpRequest, form: UploadForm) -> HttpResponse:
    """The file row by row, with what would wait and why."""
    file = form.cleaned_data["file"]
    company = form.cleaned_data.get("company") or form.only_company
    content = file.read()
    if kind_of(content) != Delivery.Standard.SHEET:
        return _take_electronic(request, content, file.name, company.pk)
    sheet = read_sheet(content)
    _kept, token = keep_upload(content, file.name, company.pk, request.user)
    looks = look_at_file(sheet, user=request.user, company_id=company.pk)
    rows = [(look, line, reason) for look in looks if look.asked for line, reason in look.rows]
    context = {
        "form": form,
        "token": token,
        "name": file.name,
        "sheet": sheet,
        "rows": rows[:SHOWN_ROWS],
        "more": sheet.row_count - len(rows[:SHOWN_ROWS]),
        "waits": sum(bool(reason) for _look, _line, reason in rows),
        "before": taken_before(sheet, user=request.user),
        "as_job": _is_large(sheet),
    }
    return render(request, "orders/channels/upload.html", context)


def _take_electronic(request: HttpRequest, content: bytes, name: str, company_id: int) -> HttpResponse:
    """An interchange or an e-mail is taken at once: its documents are no longer the reader's to change."""
    by = By(Actor.of(request.user))
    received = receive_delivery(by, content=content, source=name, channel="csv", company_id=company_id)
    take_delivery(received.delivery_id)
    documents = intake_documents(user=request.user).filter(
        Q(delivery=received.delivery_id) | Q(delivery__source__startswith=f"{name[:100]}: ")
    )
    form = UploadForm(companies=company_list(user=request.user).order_by("pk"))
    context = {"form": form, "documents": documents.order_by("pk"), "name": name, "is_new": received.is_new}
    return render(request, "orders/channels/upload.html", context)


def _is_large(sheet: Sheet) -> bool:
    return len(sheet.orders) > INLINE_ORDERS or sheet.row_count > INLINE_LINES


def _take(request: HttpRequest, kept: Upload) -> HttpResponse:
    """Take a file that was looked at: at once, or as a job when it is large."""
    sheet = read_sheet(kept.read())
    if _is_large(sheet):
        params = {"path": kept.path, "name": kept.name, "company_id": kept.company_id}
        job = start_job(INTAKE_FILE, _("Orders of %(name)s") % {"name": kept.name}, params, request.user)
        return redirect("job", job.public_id)
    before = taken_before(sheet, user=request.user)
    actor = Actor.of(request.user)
    delivery = keep_sheet(kept, actor)
    taken: list[Taken] = [
        take_order(
            sheet,
            order,
            actor=actor,
            source=kept.name,
            company_id=kept.company_id,
            channel=delivery.channel,
            delivery_id=delivery.pk,
        )
        for order in sheet.orders
    ]
    context = {
        "form": UploadForm(companies=company_list(user=request.user).order_by("pk")),
        "taken": taken,
        "made": sum(entry.result is not None and entry.result.order_id is not None for entry in taken),
        "report": report_of(taken),
        "name": kept.name,
        "before": before,
    }
    return render(request, "orders/channels/upload.html", context)


@require_GET
@needs(INTAKE_ORDER)
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty file with our headings."""
    if kind not in export.WRITERS:
        raise Http404
    file = BytesIO()
    if kind == "csv":
        fields = [export.Field(heading) for heading in TEMPLATE]
        export.write_csv(export.Table(title="", caption="", fields=fields, rows=[]), file)
    else:
        _empty_workbook(file)
    answer = HttpResponse(file.getvalue(), content_type=export.MIME[kind])
    answer["Content-Disposition"] = f'attachment; filename="orders.{kind}"'
    return answer


def _empty_workbook(file: BytesIO) -> None:
    """Headings in the first row, where `read_sheet` looks for them."""
    book = Workbook(write_only=True)
    book.create_sheet("Orders").append(TEMPLATE)
    book.save(file)


@needs(INTAKE_ORDER)
def parked_line(request: HttpRequest, pk: int) -> HttpResponse:
    """What came, why it was not taken, and the form that takes it after all."""
    row = get_object_or_404(parked_lines(user=request.user), pk=pk)
    form = CorrectionForm(
        request.POST or None,
        initial=_as_it_is(row),
        has_order=row.document.order_id is not None,
        unknown=_teachable(request, row),
    )
    if request.method == "POST" and form.is_valid():
        try:
            result = _resubmit(request, row, form)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            if result.number and not any(entry["line"] == row.line for entry in result.parked):
                text = _("Ordered on %(number)s") % {"number": result.number}
                if form.cleaned_data.get("remember"):
                    text = _("Ordered on %(number)s, and the number is remembered") % {
                        "number": result.number
                    }
                return done(request, text, back=reverse("orders:parked_list"), queue__changed={})
            row.refresh_from_db()
            form.add_error(None, row.reason)
    others = row.document.parked_lines.filter(resolved_at=None).count() - 1
    context = {"row": row, "form": form, "drop_form": DropForm(auto_id="drop-%s"), "others": others}
    name = "orders/channels/_parked_line.html" if is_htmx(request) else "orders/channels/parked_line.html"
    return render(request, name, context, status=422 if form.errors else 200)


def _teachable(request: HttpRequest, row: ParkedLine) -> str:
    """The number by which the document asks for what nobody knows, where the reader may say what it means."""
    if row.code not in NOT_KNOWN or not request.user.has_perm(REMEMBER_NUMBER):
        return ""
    delivered = {line["line"]: line["item"] for line in row.document.payload["lines"]}
    return str(delivered.get(row.line, "")).strip()


def _as_it_is(row: ParkedLine) -> dict[str, Any]:
    header = {name: row.document.payload.get(name, "") for name in CorrectionForm.HEADER}
    return header | {name: row.payload[name] for name in ("item", "quantity", "unit")}


def _resubmit(request: HttpRequest, row: ParkedLine, form: CorrectionForm) -> Any:
    given = form.cleaned_data
    fix = Correction(
        line=row.line,
        item=given["item"],
        quantity=f"{given['quantity']:f}",
        unit=given["unit"],
        price=row.payload["price"],
        price_reason=row.payload["price_reason"],
        remember=given.get("remember", False),
        supply=row.payload.get("supply", ""),
        site=row.payload.get("site", ""),
    )
    header = HeaderFix(**{name: given[name] for name in form.HEADER}) if form.HEADER[0] in given else None
    waiting = row.document.parked_lines.filter(resolved_at=None).values_list("line", flat=True)
    return resubmit_lines(
        By(Actor.of(request.user)),
        document_id=row.document_id,
        corrections=[fix],
        lines=list(waiting) if given["others"] else [row.line],
        header=header,
    )


@require_POST
@needs(INTAKE_ORDER)
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody will order the line: it leaves the queue with the reason."""
    row = get_object_or_404(parked_lines(user=request.user), pk=pk)
    reason = request.POST.get("reason", "")
    by = By(Actor.of(request.user), reason=reason)
    drop_lines(by, document_id=row.document_id, lines=[row.line], reason=reason)
    text = _("Row %(n)s is dropped") % {"n": row.line}
    return done(request, text, back=reverse("orders:parked_list"), queue__changed={})
