"""Parked lines that wait for customer service."""

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.work import WorkItem, queue

from .actions.intake_order import INTAKE_ORDER
from .queries import parked_lines


@queue(INTAKE_ORDER, roles=("customer_service",), order=25)
def parked(user: User) -> WorkItem:
    """Lines of incoming orders that could not be taken."""
    found = parked_lines(user=user).order_by().aggregate(n=Count("pk"), oldest=Min("document__received_at"))
    tone = "warn" if found["n"] else "ok"
    return WorkItem(_("Parked lines"), found["n"], reverse("orders:parked_list"), found["oldest"], tone=tone)
