"""Drafts that wait for their writer."""

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.work import WorkItem, queue
from orders.entry.actions.submit_order import SUBMIT

from .queries import draft_list


@queue(SUBMIT, roles=("customer_service",), order=30)
def drafts(user: User) -> WorkItem:
    """The user's own drafts."""
    mine = draft_list(user=user).filter(created_by=user).order_by()
    found = mine.aggregate(n=Count("pk"), oldest=Min("saved_at"))
    return WorkItem(_("Drafts"), found["n"], reverse("orders:draft_list"), found["oldest"], tone="info")
