from django.urls import path

from . import run_views, views
from .lists import InvoiceList, UnbilledList

urlpatterns = [
    path("invoices/", InvoiceList.as_view(), name="invoice_list"),
    path("invoices/<str:number>/", views.invoice, name="invoice"),
    path("invoices/<str:number>/pdf/", views.pdf, name="invoice_pdf"),
    path("invoices/<str:number>/credit/", views.credit, name="invoice_credit"),
    path("unbilled/", UnbilledList.as_view(), name="unbilled_list"),
    path("unbilled/run/", run_views.start, name="invoice_run"),
]
