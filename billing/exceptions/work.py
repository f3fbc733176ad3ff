"""Exceptions among what waits for finance."""

from django.db.models import Count, Max, Min, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.work import WorkItem, queue

from .permissions import VIEW_EXCEPTION
from .queries import open_exceptions


@queue(VIEW_EXCEPTION, roles=["finance", "process_owner"], order=10)
def exceptions(user: User) -> WorkItem:
    """Every open exception in scope; red when one is overdue by far."""
    found = open_exceptions(user=user).aggregate(
        n=Count("pk"), oldest=Min("opened_at"), value=Sum("amount"), mine=Count("pk", filter=Q(owner=user)),
        any_currency=Max("currency"), currencies=Count("currency", distinct=True),
    )  # fmt: skip
    return WorkItem(
        label=_("Invoice exceptions"),
        count=found["n"],
        url=reverse("billing:exception_list"),
        oldest=found["oldest"],
        value=found["value"] if found["currencies"] == 1 else None,
        currency=found["any_currency"] or "",
        tone="warn" if found["n"] else "ok",
        note=_("%(n)s yours") % {"n": found["mine"]},
    )
