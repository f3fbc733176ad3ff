"""Returns take files: a photo of the damage, the carrier's letter."""

from django.urls import reverse

from erp.kernel.access import permit
from erp.kernel.attachments import attachable

from .models import CustomerReturn
from .permissions import VIEW_RETURN

ATTACH = permit("orders.attach_to_return", "customer_service", "warehouse", "finance", "process_owner")

attachable(
    CustomerReturn,
    view=VIEW_RETURN,
    attach=ATTACH,
    page=lambda row: reverse("orders:return", args=[row.number]),
)
