"""Orders take files."""

from django.urls import reverse

from erp.kernel.access import permit
from erp.kernel.attachments import attachable

from .models import SalesOrder
from .permissions import VIEW_ORDER

ATTACH = permit("orders.attach_to_order", "customer_service", "warehouse", "process_owner")

attachable(
    SalesOrder, view=VIEW_ORDER, attach=ATTACH, page=lambda row: reverse("orders:order", args=[row.number])
)
