"""Closes, and the tasks of all of them."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from billing.closing.actions.close_year import reverse_year
from billing.closing.actions.waive_tasks import grant_waivers
from billing.closing.actions.work_tasks import complete_close_tasks
from billing.closing.forms import NoteForm, ReverseForm
from billing.closing.models import CloseTask, LedgerSeal, PeriodClose, YearClose
from billing.closing.permissions import REVERSE_YEAR, WAIVE_CLOSE_TASK, WORK_CLOSE
from billing.closing.queries import close_list, task_list, today_of, unsettled, year_list
from billing.closing.rules import STATES, state_of
from billing.ledger.permissions import VIEW_LEDGER
from erp.kernel.actor import Actor
from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import DayRangeFilter, FacetFilter, Filters
from erp.kernel.lists import BulkAction, ListPage, Outcome, Tab, one_by_one
from erp.kernel.models import User

CRUMBS = ((_("Finance"), ""), (_("Ledgers"), ""))
SIBLINGS = ((_("Closes"), "billing:close_list"), (_("Tasks"), "billing:close_task_list"))


class CloseList(ListPage):
    """The closing of each month."""

    title, noun = _("Closing"), _("closes")
    permission = VIEW_LEDGER
    template = "billing/closing/closes.html"
    columns = (
        Column("period", _("Period"), "code", value=lambda row: str(row.period)),
        Column("company__code", _("Company"), "code"),
        Column("state", _("State"), "chip", value=lambda row: "closed" if row.period.closed_at else "open", states={
            "open": (_("Open"), "info"), "closed": (_("Closed"), "ok")}),
        Column("total", _("Tasks"), "number"),
        Column("unsettled", _("Open"), "number"),
        Column("blocking", _("Keep it open"), "number"),
        Column("checked_at", _("Checked"), "instant"),
        Column("started_by", _("Started by"), optional=True),
    )  # fmt: skip
    tabs = (
        Tab("open", _("Open"), Q(period__closed_at=None)),
        Tab("all", _("All")),
    )
    crumbs = CRUMBS
    default_sort = "-pk"
    empty_title = _("No close is open")
    empty_text = _("Start one for the month that is over: its checks run at once.")

    def queryset(self, user: User) -> QuerySet[PeriodClose]:
        return close_list(user=user)

    def row_url(self, row: PeriodClose) -> str:
        return reverse("billing:close", args=[row.pk])


def complete(user: User, ids: list[int], *, note: str) -> Outcome:
    return one_by_one(ids, lambda pk: complete_close_tasks(By(Actor.of(user)), task_ids=[pk], note=note))


def grant(user: User, ids: list[int]) -> Outcome:
    return one_by_one(ids, lambda pk: grant_waivers(By(Actor.of(user)), task_ids=[pk]))


class TaskList(ListPage):
    """What is to be done before months close."""

    title, noun = _("Close tasks"), _("tasks")
    permission = VIEW_LEDGER
    columns = (
        Column("title", _("Task")),
        Column(
            "state", _("State"), "chip", value=lambda row: state_of(row, today_of(row.close)), states=STATES
        ),
        Column("close__period", _("Period"), "code", value=lambda row: str(row.close.period)),
        Column("close__company__code", _("Company"), "code"),
        Column("owner__name", _("Owner")),
        Column("due_on", _("Due"), "day", sort="due_on"),
        Column("difference", _("Difference"), "signed", optional=True),
        Column("waiver_reason", _("Waiver"), wide=True, optional=True),
    )
    tabs = (
        Tab("open", _("Open"), unsettled() & Q(close__period__closed_at=None)),
        Tab("mine", _("Mine"), lambda user: unsettled() & Q(close__period__closed_at=None, owner=user)),
        Tab("asked", _("To waive"), Q(close__period__closed_at=None, waived_by="") & ~Q(waiver_reason="")),
        Tab("all", _("All")),
    )
    siblings = SIBLINGS
    actions = (
        BulkAction(
            "complete", _("Done"), WORK_CLOSE, complete, icon="check", form=NoteForm,
            past=ngettext_lazy("%(n)d task done", "%(n)d tasks done", "n"),
        ),
        BulkAction(
            "grant", _("Waive"), WAIVE_CLOSE_TASK, grant, icon="shield-check",
            past=ngettext_lazy("%(n)d task waived", "%(n)d tasks waived", "n"),
        ),
    )  # fmt: skip
    crumbs = CRUMBS
    default_sort = "due_on"
    empty_title = _("Nothing is to be done")

    def queryset(self, user: User) -> QuerySet[CloseTask]:
        return task_list(user=user)

    def row_url(self, row: CloseTask) -> str:
        return reverse("billing:close_task", args=[row.pk])


class SealFilters(Filters):
    """By ledger and day."""

    ledger = FacetFilter(label=_("Ledger"), choices=LedgerSeal.Ledger.choices)
    day = DayRangeFilter(field_name="day", label=_("Day"))


class SealList(ListPage):
    """Days of the ledgers with their fingerprints; they hold no company's figures."""

    title, noun = _("Sealed days"), _("days")
    permission = VIEW_LEDGER
    columns = (
        Column("day", _("Day"), "day", sort="day"),
        Column(
            "ledger", _("Ledger"), "chip", states={each: (each.label, "mute") for each in LedgerSeal.Ledger}
        ),
        Column("rows", _("Rows"), "number"),
        Column("digest", _("Fingerprint"), "code", optional=True),
        Column("hash", _("Chain"), "code"),
        Column("sealed_at", _("Sealed"), "instant"),
    )
    filters = SealFilters
    crumbs = CRUMBS
    default_sort = "-day"
    empty_title = _("No day is sealed yet")
    empty_text = _(
        "A day is sealed an hour after its end (UTC). Proofs G13 to G15 find what is changed afterwards."
    )

    def queryset(self, user: User) -> QuerySet[LedgerSeal]:
        return LedgerSeal.objects.all()


def reverse_years(user: User, ids: list[int], *, reason: str) -> Outcome:
    newest_first = sorted(ids, reverse=True)
    return one_by_one(
        newest_first,
        lambda pk: reverse_year(By(Actor.of(user), reason=reason), year_close_id=pk, reason=reason),
    )


class YearList(ListPage):
    """Fiscal years that were carried forward."""

    title, noun = _("Year ends"), _("years")
    permission = VIEW_LEDGER
    template = "billing/closing/years.html"
    columns = (
        Column("period__ends_on", _("Year end"), "day"),
        Column("company__code", _("Company"), "code"),
        Column("result", _("Result"), "money"),
        Column("company__currency", _("Currency"), "code", optional=True),
        Column("state", _("State"), "chip", value=lambda row: "reversed" if row.reversed_at else "closed", states={
            "closed": (_("Carried forward"), "ok"), "reversed": (_("Reversed"), "warn")}, note=lambda row: row.reason),
        Column("closed_at", _("Closed"), "instant", note=lambda row: row.closed_by),
    )  # fmt: skip
    actions = (
        BulkAction(
            "reverse", _("Reverse"), REVERSE_YEAR, reverse_years, icon="undo-2", form=ReverseForm,
            past=ngettext_lazy("%(n)d year reversed", "%(n)d years reversed", "n"),
        ),
    )  # fmt: skip
    crumbs = CRUMBS
    default_sort = "-pk"
    empty_title = _("No year was closed yet")
    empty_text = _("Its result goes to retained earnings by one journal, and its last period closes with it.")

    def queryset(self, user: User) -> QuerySet[YearClose]:
        return year_list(user=user)

    def row_url(self, row: Any) -> str:  # with the `journal_id` that year_list reads beside it
        return reverse("billing:journal", args=[row.journal_id]) if row.journal_id else ""
