"""What waits in payables: exceptions by who can end them."""

from django.db.models import Count, Max, Min, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.work import WorkItem, queue

from .permissions import WORK_MATCH
from .queries import open_exceptions


@queue(WORK_MATCH, roles=["procurement", "finance", "process_owner"], order=16)
def exceptions(user: User) -> WorkItem:
    """Every open exception in scope."""
    found = open_exceptions(user=user).aggregate(
        n=Count("pk"), oldest=Min("opened_at"), value=Sum("amount"), mine=Count("pk", filter=Q(owner=user)),
        currency=Max("invoice__currency"), currencies=Count("invoice__currency", distinct=True),
    )  # fmt: skip
    return WorkItem(
        label=_("Supplier invoices that do not match"),
        count=found["n"],
        url=reverse("billing:match_exception_list"),
        oldest=found["oldest"],
        value=found["value"] if found["currencies"] == 1 else None,
        currency=found["currency"] or "",
        tone="warn" if found["n"] else "ok",
        note=_("%(n)s yours") % {"n": found["mine"]},
    )
