"""Adjustments that wait for another person's word."""

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.work import WorkItem, queue
from erp.kernel.workplace import at_workplace

from .permissions import APPROVE_ADJUSTMENTS
from .queries import waiting_for


@queue(APPROVE_ADJUSTMENTS, roles=["finance", "process_owner"], order=32)
def adjustments(user: User) -> WorkItem:
    """What others proposed beyond their limits."""
    here = at_workplace(waiting_for(user=user), user)
    figures = here.order_by().aggregate(n=Count("pk"), oldest=Min("proposed_at"))
    return WorkItem(
        label=_("Adjustments to approve"),
        count=figures["n"],
        url=reverse("inventory:adjustment_list"),
        oldest=figures["oldest"],
        tone="warn" if figures["n"] else "ok",
    )
