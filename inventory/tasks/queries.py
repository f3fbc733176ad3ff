"""Open work of the floor, and who has how much of it."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from erp.kernel.clock import now
from erp.kernel.workplace import at_workplace

from .models import Task

MOST_PEOPLE = 12


def task_list(*, user: Any) -> QuerySet[Task]:
    """Open tasks in the reader's scope."""
    return Task.objects.visible_to(user).select_related("site", "zone")


def late(_user: Any = None) -> Q:
    """Beyond their time."""
    return Q(due_at__lt=now())


def who_has_what(*, user: Any) -> list[dict[str, Any]]:
    """How many tasks each person has at the reader's workplace, and how many of them are late; most first."""
    rows = at_workplace(task_list(user=user), user).order_by().values("owner")
    found: QuerySet[Any, Any] = rows.annotate(n=Count("pk"), late=Count("pk", filter=late())).order_by(
        "-n", "owner"
    )
    return list(found[:MOST_PEOPLE])
