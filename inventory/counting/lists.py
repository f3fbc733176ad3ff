"""Lists of counts and of what they say about the ledger."""

from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from erp.kernel.actor import Actor
from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import DayRangeFilter, FacetFilter, Filters, SearchFilter
from erp.kernel.lists import BulkAction, ListPage, Outcome, Tab
from erp.kernel.models import User
from inventory.stock.permissions import VIEW_STOCK
from masterdata.places.filters import SiteFilter

from .actions.finish_count import cancel_counts, name_causes
from .forms import CancelForm, CauseForm
from .models import CountClass, CountPlan, CountTask
from .permissions import PLAN_COUNTS
from .queries import count_list, coverage_list
from .states import STATES


def cancel(user: User, ids: list[int], reason: str) -> Outcome:
    done = cancel_counts(By(Actor.of(user), reason=reason), task_ids=_seen(user, ids), reason=reason)
    return Outcome(len(done.task_ids))


def name_cause(user: User, ids: list[int], cause: str) -> Outcome:
    return Outcome(len(name_causes(By(Actor.of(user)), task_ids=_seen(user, ids), cause=cause).task_ids))


def _seen(user: User, ids: list[int]) -> list[int]:
    return list(count_list(user=user).filter(pk__in=ids).values_list("pk", flat=True))


class CountFilters(Filters):
    q = SearchFilter(exact=("number", "bin__code"), label=_("Number or bin"))
    site = SiteFilter()
    count_class = FacetFilter(label=_("Class"), choices=CountClass.choices)
    trigger = FacetFilter(label=_("Planned"), choices=CountTask.Trigger.choices)
    planned_on = DayRangeFilter(label=_("Day"))

    class Meta:
        model = CountTask
        fields: list[str] = []


class CountList(ListPage):
    """Bins to count, those to count again, and what came of the others."""

    title, noun = _("Cycle counts"), _("counts")
    permission = VIEW_STOCK
    template = "inventory/counting/count_list.html"
    filters = CountFilters
    place_filter = "site"
    columns = (
        Column("number", _("Number"), "code"),
        Column("bin__code", _("Bin"), "code", sort="bin__pick_sequence"),
        Column("bin__zone__name", _("Zone"), optional=True),
        Column("site__code", _("Site"), "code"),
        Column("state", _("State"), "chip", states=STATES),
        Column("count_class", _("Class")),
        Column("trigger", _("Planned"), value=lambda row: row.get_trigger_display()),
        Column("planned_on", _("Day"), "day", sort="planned_on"),
        Column("first_by", _("Counted by")),
        Column("second_by", _("Again by"), optional=True),
        Column("cause", _("Why it differed"), value=lambda row: row.get_cause_display()),
        Column("closed_at", _("Closed"), "instant", optional=True),
    )
    tabs = (
        Tab("open", _("To count"), Q(state="open")),
        Tab("recount", _("To count again"), Q(state="recount")),
        Tab("done", _("Counted"), Q(state="done")),
        Tab("differs", _("Differed"), Q(state="done") & ~Q(cause="")),
        Tab("all", _("All")),
    )
    actions = (
        BulkAction(
            "cancel", _("Do not count"), PLAN_COUNTS, cancel,
            ngettext_lazy("%(n)d count cancelled", "%(n)d counts cancelled", "n"), icon="x", form=CancelForm,
        ),
        BulkAction(
            "cause", _("Name cause"), PLAN_COUNTS, name_cause,
            ngettext_lazy("%(n)d cause named", "%(n)d causes named", "n"), icon="pencil", form=CauseForm,
        ),
    )  # fmt: skip
    siblings = ((_("Accuracy and coverage"), "inventory:count_coverage"),)
    default_sort = "bin__code"
    empty_title = _("Nothing to count")
    empty_text = _("Each night the day's counts are planned; a short pick adds its bin.")

    def queryset(self, user: User) -> QuerySet[CountTask]:
        return count_list(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("inventory:count", args=[row.pk])


def percent(part: int, whole: int) -> Decimal | None:
    return Decimal(part) * 100 / whole if whole else None


class CoverageFilters(Filters):
    site = SiteFilter()

    class Meta:
        model = CountPlan
        fields: list[str] = []


class CoverageList(ListPage):
    """How many bins of each class were counted within their days, and how exact the ledger was."""

    title, noun = _("Count accuracy"), _("classes")
    permission = VIEW_STOCK
    filters = CoverageFilters
    place_filter = "site"
    columns = (
        Column("site__code", _("Site"), "code"),
        Column("count_class", _("Class"), sort="count_class"),
        Column("planned_on", _("As of"), "day"),
        Column("bin_count", _("Bins with goods"), "number"),
        Column("covered_count", _("Counted within their days"), "number"),
        Column(
            "coverage", _("Coverage"), "percent", value=lambda row: percent(row.covered_count, row.bin_count)
        ),
        Column("counts", _("Counts, 90 days"), "number"),
        Column("exact", _("Exact at first"), "number"),
        Column("accuracy", _("Accuracy"), "percent", value=lambda row: percent(row.exact, row.counts)),
    )
    tabs = (Tab("all", _("All")), Tab("behind", _("Behind"), Q(due__gt=0)))
    siblings = ((_("Cycle counts"), "inventory:count_list"),)
    default_sort = "count_class"
    empty_title = _("Nothing was planned yet")
    empty_text = _("The first plan of a site's counts begins this list.")

    def queryset(self, user: User) -> QuerySet[CountPlan]:
        return coverage_list(user=user)
