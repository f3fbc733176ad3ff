"""One lot on one page, and the contacts of a recall as a file."""

from io import BytesIO

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from erp.kernel.export import MIME, WRITERS, Field, Table, record_export
from erp.kernel.web import needs
from reporting.tracing.permissions import TRACE_LOTS
from reporting.tracing.queries import contacts_of, lot_list, trace


@require_GET
@needs(TRACE_LOTS)
def lot(request: HttpRequest, pk: int) -> HttpResponse:
    """Where it came from, where it lies, where it went, and whom a recall would call."""
    found = get_object_or_404(lot_list(user=request.user), pk=pk)
    context = {"trace": trace(found, user=request.user), "lot": found, "unit": found.item.stock_unit_id}
    return render(request, "reporting/tracing/lot.html", context)


@require_GET
@needs(TRACE_LOTS)
def contacts_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Every customer who was sent some of the lot, as CSV or Excel; noted in the audit."""
    if kind not in WRITERS:
        raise Http404
    found = get_object_or_404(lot_list(user=request.user), pk=pk)
    caption = _("Lot %(lot)s of %(item)s") % {"lot": found.code, "item": found.item.code}
    table = Table(
        title=_("Recall contacts"),
        caption=caption,
        fields=(
            Field(_("Customer")),
            Field(_("Name")),
            Field(_("E-mail")),
            Field(_("Phone")),
            Field(_("Country")),
            Field(_("Shipments"), "number"),
            Field(_("Sent"), "quantity"),
            Field(_("Came back"), "quantity"),
            Field(_("Still there"), "quantity"),
        ),
        rows=[
            (
                each.code, each.name, each.email, each.phone, each.country, each.shipments, each.sent, each.returned,
                each.kept,
            )
            for each in contacts_of(found, user=request.user)
        ],
    )  # fmt: skip
    buffer = BytesIO()
    count = WRITERS[kind](table, buffer)
    record_export(request.user, what="reporting.recall_contacts", kind=kind, rows=count, caption=caption)
    response = HttpResponse(buffer.getvalue(), content_type=MIME[kind])
    name = slugify(f"recall-{found.item.code}-{found.code}")
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response
