"""Counts to do and done, what was found, and how exact the ledger was by class."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from erp.kernel.clock import now

from .models import OPEN, CountLine, CountPlan, CountTask

WINDOW_DAYS = 90  # of the accuracy that lists show


def count_list(*, user: Any) -> QuerySet[CountTask]:
    """Counts in the reader's scope."""
    return CountTask.objects.visible_to(user).select_related("site", "bin__zone")


def to_count(*, user: Any) -> QuerySet[CountTask]:
    """What this person may count: open, not begun by another, and never the second count of their own first."""
    waiting = count_list(user=user).filter(state__in=OPEN)
    first = Q(state="open", first_by__in=("", user.username))
    second = Q(state="recount", second_by__in=("", user.username)) & ~Q(first_by=user.username)
    return waiting.filter(first | second)


def lines_of(task: CountTask, turn: int) -> QuerySet[CountLine]:
    return task.lines.filter(turn=turn).select_related("item", "lot").order_by("-counted_at", "pk")


def coverage_list(*, user: Any) -> QuerySet[CountPlan]:
    """The newest plan of each site and class, with `due`: bins not counted in time; of the last 90 days `counts`, and
    `exact`: those with every line within tolerance at the first count."""
    plans = CountPlan.objects.visible_to(user)
    newest = plans.values("site", "count_class").annotate(on=Max("planned_on"))
    same = newest.filter(site=OuterRef("site"), count_class=OuterRef("count_class")).values("on")
    counted = (
        CountTask.objects.filter(
            site=OuterRef("site"),
            count_class=OuterRef("count_class"),
            state="done",
            closed_at__gte=now() - timedelta(days=WINDOW_DAYS),
        )
        .order_by()
        .values("site")
        .annotate(n=Count("pk"), exact=Count("pk", filter=Q(accurate=True)))
    )
    return (
        plans.filter(planned_on=Subquery(same))
        .select_related("site")
        .annotate(
            counts=Coalesce(Subquery(counted.values("n")), 0),
            exact=Coalesce(Subquery(counted.values("exact")), 0),
            due=F("bin_count") - F("covered_count"),
        )
    )
