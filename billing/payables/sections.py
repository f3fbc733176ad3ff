"""Supplier invoices take files: the e-invoice as it came, a scan of the paper."""

from django.urls import reverse

from erp.kernel.access import permit
from erp.kernel.attachments import attachable

from .models import SupplierInvoice
from .permissions import VIEW_PAYABLE

ATTACH = permit("billing.attach_to_supplier_invoice", "finance", "procurement", "process_owner")

attachable(
    SupplierInvoice,
    view=VIEW_PAYABLE,
    attach=ATTACH,
    page=lambda row: reverse("billing:supplier_invoice", args=[row.number]),
)
