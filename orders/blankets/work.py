"""Blanket orders that wait for somebody."""

from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.work import WorkItem, queue

from .permissions import APPROVE_BLANKET, WRITE_BLANKET
from .queries import TO_APPROVE, blanket_list, nearly_used


@queue(WRITE_BLANKET, roles=("customer_service",), order=27)
def nearly_used_up(user: User) -> WorkItem:
    """Frames of which a line is nearly used up."""
    return _item(_("Blanket orders nearly used up"), user, nearly_used(), "used")


@queue(APPROVE_BLANKET, roles=("process_owner", "finance"), order=28)
def blankets_to_approve(user: User) -> WorkItem:
    """Prices beyond their writer's authority, without the user's own."""
    return _item(_("Blanket orders to approve"), user, TO_APPROVE & ~Q(created_by=user.username), "approve")


def _item(label: Any, user: User, which: Q, view: str) -> WorkItem:
    found = (
        blanket_list(user=user).filter(which).order_by().aggregate(n=Count("pk"), oldest=Min("created_at"))
    )
    url = f"{reverse('orders:blanket_list')}?view={view}"
    return WorkItem(label, found["n"], url, found["oldest"], tone="warn" if found["n"] else "ok")
