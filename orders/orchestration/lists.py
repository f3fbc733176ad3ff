"""The scarcity screen: what is short, runs that share it anew, and who wins and loses by each."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from erp.kernel.actor import Actor
from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.filters import FacetFilter, Filters, SearchFilter
from erp.kernel.forms import Form
from erp.kernel.lists import BulkAction, ListPage, Outcome, Sum, Tab
from erp.kernel.models import User
from inventory.models import SiteStock
from masterdata.places.filters import SiteFilter

from .actions.propose_run import propose_run
from .models import ReallocationItem, ReallocationLine, ReallocationRun
from .permissions import REALLOCATE, VIEW_SCARCITY
from .queries import run_lines, run_list, scarce_items, totals_of

RUNS = {
    "proposed": (_("Previewed"), "warn"),
    "committed": (_("Committed"), "ok"),
    "undone": (_("Taken back"), "mute"),
    "dropped": (_("Dropped"), "mute"),
}
OUTCOMES = {"wins": (_("Wins"), "ok"), "loses": (_("Loses"), "bad"), "same": (_("Same date"), "mute")}
ITEMS = {
    "proposed": (_("Previewed"), "warn"),
    "done": (_("Shared anew"), "ok"),
    "stale": (_("Changed since"), "bad"),
    "undone": (_("Taken back"), "mute"),
    "kept": (_("Could not be taken back"), "bad"),
}


class WhyForm(Form):
    """Why stock is shared anew."""

    reason = forms.CharField(label=_("Why is it shared anew?"), max_length=200)


def _propose(user: User, ids: list[int], reason: str) -> Outcome:
    """One run per site of the selection; a site where nobody would get more or less says so."""
    by_site: dict[int, list[int]] = {}
    for site_id, item_id in scarce_items(user=user).filter(pk__in=ids).values_list("site_id", "item_id"):
        by_site.setdefault(site_id, []).append(item_id)
    by, done, refused = By(Actor.of(user), reason=reason), 0, []
    for site_id, items in sorted(by_site.items()):
        try:
            propose_run(by, site_id=site_id, item_ids=items, reason=reason)
        except DomainError as refusal:
            refused.append(str(refusal))
        else:
            done += 1
    return Outcome(done, refused)


class ScarcityFilters(Filters):
    q = SearchFilter(exact=("item__code",), contains=("item__search",), label=_("Item"))
    site = SiteFilter()

    class Meta:
        model = SiteStock
        fields: list[str] = []


class ScarcityList(ListPage):
    """Items of which more is wanted than there is, and a run over those that are chosen."""

    title, noun = _("Scarce items"), _("items")
    permission = VIEW_SCARCITY
    template = "orders/orchestration/scarcity_list.html"
    filters = ScarcityFilters
    columns = (
        Column("item__code", _("Item"), "code"),
        Column("item__name", _("Description")),
        Column("site__code", _("Site"), "code"),
        Column("available", _("May be promised"), "quantity"),
        Column("reserved", _("Promised"), "quantity"),
        Column("missing", _("Missing"), "quantity", sort="missing"),
        Column("lines", _("Lines waiting"), "number", sort="lines"),
        Column("worth", _("Worth"), "money", sort="worth", note=lambda row: row.site.company.currency),
    )
    actions = (
        BulkAction(
            "share",
            _("Preview sharing anew"),
            REALLOCATE,
            _propose,
            ngettext_lazy(
                "%(n)d run is previewed; look at it under Runs",
                "%(n)d runs are previewed; look at them under Runs",
                "n",
            ),
            icon="split",
            form=WhyForm,
        ),
    )
    default_sort = "-worth"
    empty_title = _("Nothing is scarce")
    empty_text = _("All that is ordered is in stock for its order.")

    def queryset(self, user: User) -> QuerySet[SiteStock]:
        return scarce_items(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("inventory:stock", args=[row.pk])


class RunList(ListPage):
    """Every run, the newest first."""

    title, noun = _("Re-allocation runs"), _("runs")
    permission = VIEW_SCARCITY
    template = "orders/orchestration/run_list.html"
    columns = (
        Column("number", _("Run"), "code", sort="pk"),
        Column("site__code", _("Site"), "code"),
        Column("state", _("State"), "chip", states=RUNS),
        Column("winners", _("Win"), "number"),
        Column("losers", _("Lose"), "number"),
        Column("broken", _("Promises broken"), "number"),
        Column("reason", _("Why")),
        Column("proposed_by", _("By")),
        Column("proposed_at", _("Previewed"), "instant", sort="proposed_at"),
    )
    tabs = (
        Tab("open", _("To decide"), Q(state=ReallocationRun.State.PROPOSED)),
        Tab("all", _("All")),
    )
    default_sort = "-pk"
    empty_title = _("No run waits for a decision")
    empty_text = _("Choose scarce items and preview how they would be shared anew.")

    def queryset(self, user: User) -> QuerySet[ReallocationRun]:
        return run_list(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("orders:run", args=[row.pk])


class LineFilters(Filters):
    run = django_filters.NumberFilter(label="", widget=forms.HiddenInput)
    q = SearchFilter(
        exact=("demand__group__document", "item__code", "demand__group__party__code"),
        contains=("demand__group__party__search",),
        label=_("Order, item or customer"),
    )
    outcome = FacetFilter(label=_("Outcome"), choices=ReallocationLine.Outcome.choices)

    class Meta:
        model = ReallocationLine
        fields: list[str] = []


def _class_of(row: ReallocationLine) -> str:
    return row.order.customer.group.name if row.order else ""


class RunLineList(ListPage):
    """Who wins and who loses by a run, in money and in days, before and after it is committed."""

    title, noun = _("Re-allocation run"), _("lines")
    permission = VIEW_SCARCITY
    template = "orders/orchestration/run.html"
    filters = LineFilters
    columns = (
        Column("outcome", _("Outcome"), "chip", states=OUTCOMES),
        Column("demand__group__document", _("Order"), "code"),
        Column("demand__group__party__name", _("Customer")),
        Column("class", _("Class"), value=_class_of, optional=True),
        Column("item__code", _("Item"), "code"),
        Column("open", _("Wanted"), "quantity"),
        Column("stock_before", _("Stock before"), "quantity"),
        Column("stock_after", _("Stock after"), "quantity"),
        Column("was_on", _("Promised"), "day"),
        Column("on", _("Would leave"), "day"),
        Column("broken", _("Promise"), value=lambda row: _("broken") if row.broken else _("kept")),
        Column("amount", _("Stock gained"), "signed", sort="amount"),
        Column("open_amount", _("Worth"), "money", sort="open_amount", optional=True),
        Column("state", _("Item is"), "chip", value=lambda row: row.entry.state, states=ITEMS),
    )
    tabs = (
        Tab("all", _("All")),
        Tab("win", _("Winners"), Q(outcome="wins")),
        Tab("lose", _("Losers"), Q(outcome="loses")),
        Tab("broken", _("Broken promises"), Q(broken=True)),
    )
    sums = (Sum("amount", _("Stock gained, net"), "amount", places=2, currency="order__currency"),)
    default_sort = "amount"
    empty_title = _("No line")

    def opened(self, params: QueryDict) -> QueryDict:
        """The address names the run; as a filter it also reaches exports and jobs."""
        opened = super().opened(params).copy()
        opened["run"] = str(self.kwargs["pk"])
        return opened

    def queryset(self, user: User) -> QuerySet[ReallocationLine]:
        return run_lines(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("orders:order", args=[row.order.number]) if row.order else ""

    def more(self, request: HttpRequest) -> dict[str, Any]:
        run = get_object_or_404(run_list(user=request.user), pk=self.kwargs["pk"])
        return {
            "run": run,
            "run_state": RUNS[run.state],
            "sums_of": totals_of(run),
            "failed": run.items.exclude(detail="").select_related("item"),
            "undoable": run.state == "committed"
            and run.items.filter(state=ReallocationItem.State.DONE).exists(),
        }
