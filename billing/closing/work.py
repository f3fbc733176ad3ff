"""What somebody has to do before a month closes."""

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.closing.permissions import WAIVE_CLOSE_TASK, WORK_CLOSE
from billing.closing.queries import task_list, unsettled
from erp.kernel.models import User
from erp.kernel.work import WorkItem, queue


@queue(WORK_CLOSE, roles=["finance"], order=30)
def close_tasks(user: User) -> WorkItem:
    """Open tasks of closes, one's own and those that nobody has."""
    found = (
        task_list(user=user)
        .filter(unsettled(), Q(owner=user) | Q(owner=None), close__period__closed_at=None)
        .order_by()
        .aggregate(
            n=Count("pk"), oldest=Min("close__started_at"), blocking=Count("pk", filter=Q(is_blocking=True))
        )
    )
    return WorkItem(
        label=_("Close tasks"),
        count=found["n"],
        url=reverse("billing:close_task_list"),
        oldest=found["oldest"],
        tone="warn" if found["blocking"] else "info" if found["n"] else "ok",
        note=_("%(n)s keep a period open") % {"n": found["blocking"]},
    )


@queue(WAIVE_CLOSE_TASK, roles=["finance", "process_owner"], order=31)
def waivers(user: User) -> WorkItem:
    """Waivers that somebody else has asked for."""
    found = (
        task_list(user=user)
        .filter(close__period__closed_at=None, waived_by="")
        .exclude(Q(waiver_reason="") | Q(waiver_asked_by=user.username))
        .order_by()
        .aggregate(n=Count("pk"), oldest=Min("close__started_at"))
    )
    return WorkItem(
        label=_("Waivers of close tasks"),
        count=found["n"],
        url=f"{reverse('billing:close_task_list')}?view=asked",
        oldest=found["oldest"],
        tone="warn" if found["n"] else "ok",
    )
