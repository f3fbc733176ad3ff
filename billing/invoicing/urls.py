from django.urls import path

from . import run_views, series_views, views
from .lists import InvoiceList, UnbilledList

urlpatterns = [
    path("invoices/", InvoiceList.as_view(), name="invoice_list"),
    path("invoices/<str:number>/", views.invoice, name="invoice"),
    path("invoices/<str:number>/pdf/", views.pdf, name="invoice_pdf"),
    path("invoices/<str:number>/credit/", views.credit, name="invoice_credit"),
    path("returns/<str:number>/credit/", views.return_credit, name="return_credit"),
    path("unbilled/", UnbilledList.as_view(), name="unbilled_list"),
    path("unbilled/run/", run_views.start, name="invoice_run"),
    path("series/", series_views.SeriesList.as_view(), name="series_list"),
    path("series/new/", series_views.SeriesCreate.as_view(), name="series_new"),
    path("series/<int:pk>/", series_views.SeriesRecord.as_view(), name="series"),
    path("series/<int:pk>/change/", series_views.SeriesChange.as_view(), name="series_change"),
]
