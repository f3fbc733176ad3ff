"""E-invoices that failed or were rejected, among what waits for finance."""

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.work import WorkItem, queue

from .permissions import VIEW_EINVOICE
from .queries import to_work


@queue(VIEW_EINVOICE, roles=["finance"], order=12)
def einvoices(user: User) -> WorkItem:
    """Every one in scope that somebody has to put right."""
    found = to_work(user=user).aggregate(
        n=Count("pk"), oldest=Min("opened_at"), mine=Count("pk", filter=Q(owner=user))
    )
    return WorkItem(
        label=_("E-invoices to work"),
        count=found["n"],
        url=reverse("billing:einvoice_list"),
        oldest=found["oldest"],
        tone="warn" if found["n"] else "ok",
        note=_("%(n)s yours") % {"n": found["mine"]},
    )
