"""Who changed what, when and why: search by table, row, person and field."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from ..columns import Column
from ..filters import DayRangeFilter, FacetFilter, Filters
from ..lists import ListPage
from ..models import AuditEvent, User
from ..web import needs

OPERATIONS = {
    "insert": (_("Created"), "ok"),
    "update": (_("Changed"), "info"),
    "delete": (_("Deleted"), "bad"),
    "export": (_("Exported"), "warn"),
}


def changed_fields(event: AuditEvent) -> list[dict[str, Any]]:
    """Field, old and new value of each change."""
    before, after = event.before or {}, event.after or {}
    names = sorted({*before, *after})
    return [{"field": name, "before": before.get(name), "after": after.get(name)} for name in names]


def summary(event: AuditEvent) -> str:
    """The first changed fields by name."""
    names = [change["field"] for change in changed_fields(event) if change["field"] != "id"]
    return ", ".join(names[:4]) + (" …" if len(names) > 4 else "")


class AuditFilters(Filters):
    table = django_filters.CharFilter(label=_("Table"), lookup_expr="istartswith")
    row_id = django_filters.NumberFilter(label=_("Row"))
    actor = django_filters.CharFilter(label=_("Who"), lookup_expr="istartswith")
    field = django_filters.CharFilter(label=_("Field"), method="with_field")
    operation = FacetFilter(
        label=_("What"), choices=[(key, label) for key, (label, _tone) in OPERATIONS.items()]
    )
    recorded_at = DayRangeFilter(label=_("When"))

    def with_field(self, rows: QuerySet[AuditEvent], name: str, value: str) -> QuerySet[AuditEvent]:
        return rows.filter(Q(before__has_key=value) | Q(after__has_key=value))


class AuditList(ListPage):
    title, noun = _("Audit"), _("changes")
    permission = "kernel.view_audit"
    filters = AuditFilters
    columns = (
        Column("table", _("Table"), "code"),
        Column("row_id", _("Row"), "code"),
        Column("operation", _("What"), "chip", states=OPERATIONS),
        Column("fields", _("Fields"), value=summary),
        Column("actor", _("Who"), "code"),
        Column("reason", _("Why"), optional=True),
        Column("recorded_at", _("When"), "instant", sort="id"),
        Column("request_id", _("Request"), "code", optional=True),
    )
    default_sort = "-recorded_at"
    empty_title = _("No change is recorded")
    empty_text = _("Changes of master data, prices, policies and roles appear here.")

    def queryset(self, user: User) -> QuerySet[AuditEvent]:
        return AuditEvent.objects.all()

    def row_url(self, row: AuditEvent) -> str:
        return reverse("audit_event", args=[row.pk])

    def peek_url(self, row: AuditEvent) -> str:
        return reverse("audit_event", args=[row.pk])


@require_GET
@needs("kernel.view_audit")
def audit_event(request: HttpRequest, pk: int) -> HttpResponse:
    """One change, field by field."""
    event = get_object_or_404(AuditEvent, pk=pk)
    label, tone = OPERATIONS.get(event.operation, (event.operation, "mute"))
    context = {"event": event, "changes": changed_fields(event), "label": label, "tone": tone}
    return render(request, "erp/_audit_event.html" if request.htmx else "erp/audit_event.html", context)
