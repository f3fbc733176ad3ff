"""What was announced and still has to be handled: waiting, dead and done entries, with retry."""

import json

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.db.models.lookups import GreaterThan
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from django.views.decorators.http import require_GET

from ..columns import Column
from ..filters import DayRangeFilter, Filters, FlagFilter, SearchFilter
from ..lists import Bucket, BulkAction, ListPage, Tab
from ..models import OutboxEntry, User
from ..web import needs

STATES = {"waiting": (_("Waiting"), "info"), "dead": (_("Dead"), "bad"), "done": (_("Done"), "ok")}


def state_of(entry: OutboxEntry) -> str:
    if entry.done_at:
        return "done"
    return "dead" if entry.dead_at else "waiting"


def retry(user: User, ids: list[int]) -> int:
    """Make dead or delayed entries due at once, with a fresh count of attempts."""
    entries = OutboxEntry.objects.filter(pk__in=ids, done_at=None)
    return entries.update(dead_at=None, due_at=Now(), attempts=0, owner=user)


class OutboxFilters(Filters):
    q = SearchFilter(label=_("Topic, subscriber or document"), contains=["topic", "subscriber", "document"])
    created_at = DayRangeFilter(label=_("Announced"))
    failed = FlagFilter(label=_("Failed before"), field_name="failed_before")


class OutboxList(ListPage):
    title, noun = _("Outbox"), _("entries")
    permission = "kernel.run_outbox"
    filters = OutboxFilters
    columns = (
        Column("topic", _("Event"), "code"),
        Column("subscriber", _("Subscriber")),
        Column("document", _("Document"), "code"),
        Column("state", _("State"), "chip", value=state_of, states=STATES),
        Column("attempts", _("Attempts"), "number"),
        Column("created_at", _("Announced"), "instant", sort="id"),
        Column("due_at", _("Due"), "instant", optional=True),
        Column("error", _("Last error"), optional=True),
    )
    tabs = (
        Tab("waiting", _("Waiting"), Q(done_at=None, dead_at=None)),
        Tab("dead", _("Dead letters"), Q(dead_at__isnull=False, done_at=None)),
        Tab("done", _("Done"), Q(done_at__isnull=False)),
    )
    buckets = (Bucket(_("Failed before"), Q(attempts__gt=0), "warn"),)
    actions = (
        BulkAction(
            "retry",
            _("Try again"),
            "kernel.run_outbox",
            retry,
            past=ngettext_lazy("%(n)d entry is due again", "%(n)d entries are due again", "n"),
            icon="rotate-cw",
        ),
    )
    default_sort = "-created_at"
    empty_title = _("The outbox is clear")
    empty_text = _("Everything announced has been handled.")

    def queryset(self, user: User) -> QuerySet[OutboxEntry]:
        return OutboxEntry.objects.annotate(failed_before=GreaterThan(F("attempts"), 0))

    def row_url(self, row: OutboxEntry) -> str:
        return reverse("outbox_entry", args=[row.pk])

    def peek_url(self, row: OutboxEntry) -> str:
        return reverse("outbox_entry", args=[row.pk])


@require_GET
@needs("kernel.run_outbox")
def outbox_entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry with its payload and last error."""
    entry = get_object_or_404(OutboxEntry, pk=pk)
    label, tone = STATES[state_of(entry)]
    payload = json.dumps(entry.payload, indent=2, ensure_ascii=False)
    context = {"entry": entry, "label": label, "tone": tone, "payload": payload}
    return render(request, "erp/_outbox_entry.html" if request.htmx else "erp/outbox_entry.html", context)
