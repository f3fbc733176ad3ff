"""Receipt differences that wait for their buyer."""

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.work import WorkItem, queue

from .permissions import RESOLVE_DIFFERENCE
from .queries import for_buyer, overdue


@queue(RESOLVE_DIFFERENCE, roles=["procurement"], order=32)
def differences(user: User) -> WorkItem:
    """The buyer's own, and those that are nobody's yet."""
    rows = for_buyer(user=user)
    figures = rows.order_by().aggregate(n=Count("pk"), oldest=Min("reported_at"))
    late = bool(figures["n"]) and rows.filter(overdue()).exists()
    return WorkItem(
        label=_("Receipt differences"),
        count=figures["n"],
        url=f"{reverse('inventory:receipt_difference_list')}?view=mine",
        oldest=figures["oldest"],
        tone="bad" if late else "warn" if figures["n"] else "ok",
    )
