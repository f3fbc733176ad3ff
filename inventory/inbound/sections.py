"""Receipt differences take files: the photo of what came."""

from django.urls import reverse

from erp.kernel.attachments import attachable

from .models import ReceiptDifference
from .permissions import REPORT_DIFFERENCE, VIEW_RECEIPT

attachable(
    ReceiptDifference,
    view=VIEW_RECEIPT,
    attach=REPORT_DIFFERENCE,
    page=lambda row: reverse("inventory:receipt_difference", args=[row.pk]),
)
