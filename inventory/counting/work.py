"""Bins that wait to be counted."""

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.work import WorkItem, queue
from erp.kernel.workplace import at_workplace

from .permissions import COUNT_STOCK
from .queries import to_count


@queue(COUNT_STOCK, roles=["warehouse"], order=35)
def counts(user: User) -> WorkItem:
    """Those the user may count: never the second count of their own first."""
    figures = (
        at_workplace(to_count(user=user), user).order_by().aggregate(n=Count("pk"), oldest=Min("planned_at"))
    )
    return WorkItem(
        label=_("Bins to count"),
        count=figures["n"],
        url=reverse("inventory:count_list"),
        oldest=figures["oldest"],
        tone="warn" if figures["n"] else "ok",
    )
