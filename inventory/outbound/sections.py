"""Shipments take files: the signed delivery note, a photo of the load."""

from django.urls import reverse

from erp.kernel.access import permit
from erp.kernel.attachments import attachable

from .models import Shipment
from .permissions import VIEW_SHIPMENT

ATTACH = permit("inventory.attach_to_shipment", "warehouse", "customer_service", "finance", "process_owner")

attachable(
    Shipment,
    view=VIEW_SHIPMENT,
    attach=ATTACH,
    page=lambda row: reverse("inventory:shipment", args=[row.pk]),
)
