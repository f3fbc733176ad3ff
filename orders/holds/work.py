"""Holds that wait for someone's decision."""

from django.db.models import Count, Min, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.work import WorkItem, queue

from .permissions import RELEASE_HOLDS
from .queries import my_holds


@queue(RELEASE_HOLDS, roles=("customer_service", "finance", "process_owner"), order=10)
def holds(user: User) -> WorkItem:
    """Those the user may release, without those of the user's own making."""
    found = (
        my_holds(user=user).order_by().aggregate(n=Count("pk"), oldest=Min("opened_at"), value=Sum("amount"))
    )
    return WorkItem(
        _("Orders on hold"),
        found["n"],
        reverse("orders:hold_list"),
        found["oldest"],
        found["value"],
        tone="bad" if found["n"] else "ok",
    )
