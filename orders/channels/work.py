"""Documents that wait for customer service."""

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.work import WorkItem, queue

from .actions.intake_order import INTAKE_ORDER
from .queries import waiting_documents


@queue(INTAKE_ORDER, roles=("customer_service",), order=25)
def parked(user: User) -> WorkItem:
    """Incoming orders that could not be taken, as a whole or some of their lines."""
    found = waiting_documents(user=user).order_by().aggregate(n=Count("pk"), oldest=Min("received_at"))
    tone = "warn" if found["n"] else "ok"
    return WorkItem(_("Intake queue"), found["n"], reverse("orders:intake_list"), found["oldest"], tone=tone)
