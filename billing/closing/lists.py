"""Closes, and the tasks of all of them."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from billing.closing.actions.waive_tasks import grant_waivers
from billing.closing.actions.work_tasks import complete_close_tasks
from billing.closing.forms import NoteForm
from billing.closing.models import CloseTask, PeriodClose
from billing.closing.permissions import WAIVE_CLOSE_TASK, WORK_CLOSE
from billing.closing.queries import close_list, task_list, today_of, unsettled
from billing.closing.rules import STATES, state_of
from billing.ledger.permissions import VIEW_LEDGER
from erp.kernel.actor import Actor
from erp.kernel.columns import Column
from erp.kernel.command import By
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
