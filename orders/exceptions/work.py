"""Exceptions that wait for someone."""

from django.db.models import Count, Max, Min, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.clock import now
from erp.kernel.models import User
from erp.kernel.work import WorkItem, queue
from masterdata.places.queries import is_past

from .models import OPEN, OrderException
from .permissions import WORK_EXCEPTIONS


@queue(WORK_EXCEPTIONS, roles=("customer_service", "process_owner"), order=8)
def exceptions(user: User) -> WorkItem:
    """Every open entry in scope; red when the clock of one has run out."""
    found = OrderException.objects.visible_to(user).filter(OPEN).aggregate(
        n=Count("pk"), oldest=Min("opened_at"), value=Sum("amount"), mine=Count("pk", filter=Q(owner=user)),
        late=Count("pk", filter=is_past("due_on", "company__time_zone", now())),
        any_currency=Max("currency"), currencies=Count("currency", distinct=True),
    )  # fmt: skip
    return WorkItem(
        label=_("Order exceptions"),
        count=found["n"],
        url=reverse("orders:exception_list"),
        oldest=found["oldest"],
        value=found["value"] if found["currencies"] == 1 else None,
        currency=found["any_currency"] or "",
        tone="bad" if found["late"] else "warn" if found["n"] else "ok",
        note=_("%(n)s yours") % {"n": found["mine"]},
    )
