"""Disputes among what waits for somebody."""

from django.db.models import Count, Max, Min, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.clock import now
from erp.kernel.models import User
from erp.kernel.work import WorkItem, queue
from masterdata.places.queries import is_past

from .models import DisputeOutcome
from .permissions import APPROVE_WRITE_OFF, WORK_DISPUTE
from .queries import open_disputes, write_off_list


@queue(WORK_DISPUTE, roles=["finance", "process_owner"], order=31)
def disputes(user: User) -> WorkItem:
    """Every open dispute in scope; amber when an answer is overdue."""
    late = is_past("due_on", "company__time_zone", now())
    found = open_disputes(user=user).order_by().aggregate(
        n=Count("pk"), oldest=Min("opened_at"), value=Sum("open"), any_currency=Max("currency"),
        currencies=Count("currency", distinct=True), late=Count("pk", filter=late),
    )  # fmt: skip
    return WorkItem(
        label=_("Disputes"),
        count=found["n"],
        url=reverse("billing:dispute_list"),
        oldest=found["oldest"],
        value=found["value"] if found["currencies"] == 1 else None,
        currency=found["any_currency"] or "",
        tone="warn" if found["late"] else "info" if found["n"] else "ok",
        note=_("%(n)s to be answered by now") % {"n": found["late"]},
    )


@queue(APPROVE_WRITE_OFF, roles=["finance", "process_owner"], order=33)
def write_offs(user: User) -> WorkItem:
    """What others proposed to give up."""
    waiting = write_off_list(user=user).filter(state=DisputeOutcome.State.WAITING)
    found = waiting.exclude(proposed_by=user.username).order_by().aggregate(
        n=Count("pk"), oldest=Min("proposed_at")
    )  # fmt: skip
    return WorkItem(
        label=_("Write-offs to approve"),
        count=found["n"],
        url=reverse("billing:write_off_list"),
        oldest=found["oldest"],
        tone="warn" if found["n"] else "ok",
    )
