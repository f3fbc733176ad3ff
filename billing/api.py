"""The app's part of the REST API: the rooms' viewsets, gathered."""

from django.urls import path

from erp.kernel.routes import ResourceRouter

from .einvoice.api import EInvoiceViewSet
from .exceptions.api import ExceptionViewSet
from .invoicing.api import CreditReturn, InvoiceShipment, InvoiceViewSet
from .ledger.api import JournalViewSet
from .receivables.api import OpenItemViewSet, ReceiptViewSet

router = ResourceRouter()
router.register("invoices", InvoiceViewSet, "api-invoice")
router.register("invoice-exceptions", ExceptionViewSet, "api-invoice-exception")
router.register("einvoices", EInvoiceViewSet, "api-einvoice")
router.register("open-items", OpenItemViewSet, "api-open-item")
router.register("cash-receipts", ReceiptViewSet, "api-cash-receipt")
router.register("journals", JournalViewSet, "api-journal")

urlpatterns = [
    path("shipments/<int:pk>/invoice/", InvoiceShipment.as_view(), name="api-shipment-invoice"),
    path("returns/<str:number>/credit/", CreditReturn.as_view(), name="api-return-credit"),
    *router.urls,
]
