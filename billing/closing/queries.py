"""Closes and their tasks, in the reader's scope."""

from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy

from billing.closing.checks import BY_KEY, breaks_of
from billing.closing.models import CloseTask, PeriodClose, YearClose
from billing.ledger.models import Journal
from billing.ledger.queries import YEAR_CLOSED, company_list
from erp.kernel import attachments, clock
from erp.kernel.batch import constant
from erp.kernel.models import Decision
from masterdata.models import AccountingPeriod
from masterdata.places.queries import day_of


def unsettled(prefix: str = "") -> Q:
    """Tasks that are neither green nor done nor waived; `prefix` leads to them from another table."""

    def of(**columns: Any) -> Q:
        return Q(**{f"{prefix}{name}": value for name, value in columns.items()})

    ties = of(books__isnull=False) & ~of(books=F(f"{prefix}documents"))
    return of(done_at=None, waived_by="") & (of(check_key="") | of(found__gt=0) | ties)


VERBS = {
    "billing.start_close": gettext_lazy("Started"),
    "billing.check_close": gettext_lazy("Checked"),
    "billing.add_close_task": gettext_lazy("Task added"),
    "billing.assign_close_tasks": gettext_lazy("Assigned"),
    "billing.complete_close_tasks": gettext_lazy("Done"),
    "billing.reopen_close_tasks": gettext_lazy("To be done again"),
    "billing.ask_waiver": gettext_lazy("Waiver asked"),
    "billing.grant_waivers": gettext_lazy("Waived"),
    "billing.withdraw_waivers": gettext_lazy("Waiver withdrawn"),
    "billing.waiver_lapsed": gettext_lazy("Waiver lapsed: the figure changed"),
    "billing.close_period": gettext_lazy("Period closed"),
    "billing.reopen_period": gettext_lazy("Period reopened"),
    **attachments.VERBS,
}


class Break(NamedTuple):
    """One document that makes a difference, and its page."""

    label: str
    url: str
    books: Any
    documents: Any


def close_list(*, user: Any) -> QuerySet[PeriodClose]:
    """Closes in scope, the newest period first, with how many tasks they have, are open and keep the period open."""
    open_ones = unsettled("tasks__")
    return (
        PeriodClose.objects.visible_to(user)
        .select_related("company", "period")
        .annotate(
            total=Count("tasks"),
            unsettled=Count("tasks", filter=open_ones),
            blocking=Count("tasks", filter=open_ones & Q(tasks__is_blocking=True)),
        )
        .order_by("-period__starts_on", "company")
    )


def task_list(*, user: Any) -> QuerySet[CloseTask]:
    """Tasks in scope, with their close."""
    return (
        CloseTask.objects.visible_to(user)
        .select_related("close__company", "close__period", "owner")
        .order_by("close", "position", "pk")
    )


def open_period_list(*, user: Any) -> QuerySet[AccountingPeriod]:
    """Periods that may be closed next: open, begun, and without a close; the oldest first."""
    today = clock.now().date()
    return (
        AccountingPeriod.objects.filter(
            company__in=company_list(user=user), closed_at=None, starts_on__lte=today, close=None
        )
        .select_related("company")
        .order_by("starts_on", "company")
    )


def year_list(*, user: Any) -> QuerySet[YearClose]:
    """Closed fiscal years in scope, the newest first, with the `journal_id` that carried each forward."""
    carried = Journal.objects.filter(kind="year_end", source=YEAR_CLOSED, source_id=OuterRef("pk"))
    return (
        YearClose.objects.visible_to(user)
        .select_related("company", "period")
        .annotate(journal_id=Subquery(carried.values("pk")[:1]))
        .order_by("-period__ends_on", "-pk")
    )


def last_period_list(*, user: Any) -> QuerySet[AccountingPeriod]:
    """Periods that a year may end with now: the first open one of each company whose books the reader sees."""
    oldest = AccountingPeriod.objects.filter(company=OuterRef("company"), closed_at=None).order_by(
        "starts_on"
    )
    return (
        AccountingPeriod.objects.filter(
            company__in=company_list(user=user), pk=Subquery(oldest.values("pk")[:1])
        )
        .select_related("company")
        .order_by("company")
    )


def today_of(close: PeriodClose) -> date:
    """The day that it is where the company keeps its books."""
    return day_of(close.company, clock.now())


def breaks_of_task(task: CloseTask) -> list[Break]:
    """The documents behind a check's difference, as they are now."""
    check, close = BY_KEY.get(task.check_key), task.close
    if check is None:
        return []
    rows = breaks_of(
        constant,
        check,
        close.company_id,
        close.period.starts_on,
        close.period.ends_on,
        close.company.time_zone,
    )
    return [
        Break(label, reverse(address, args=[argument]) if address else "", books, documents)
        for label, address, argument, books, documents in rows
    ]


def worklist_of(task: CloseTask) -> str:
    """Where what a check shows is worked off."""
    check = BY_KEY.get(task.check_key)
    return reverse(check.address) if check is not None and check.address else ""


def timeline_of(close: PeriodClose) -> list[dict[str, Any]]:
    """What was done and decided for the close and its period, newest first."""
    about = Q(subject=PeriodClose._meta.label_lower, subject_id=close.pk) | Q(
        subject=AccountingPeriod._meta.label_lower, subject_id=close.period_id
    )
    return [
        {
            "what": VERBS[decision.verb],
            "who": decision.actor,
            "at": decision.recorded_at,
            "text": _said(decision.outcome),
        }
        for decision in Decision.objects.filter(about, verb__in=VERBS).order_by("-recorded_at")
    ]


def _said(outcome: dict[str, Any]) -> str:
    tasks = [*outcome.get("tasks", [])] if isinstance(outcome.get("tasks"), list) else []
    parts = [*tasks, outcome.get("task"), outcome.get("reason"), outcome.get("note"), outcome.get("name")]
    return ": ".join(str(part) for part in parts if part)
