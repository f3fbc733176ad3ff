from django.urls import path, re_path

from . import views
from .lists import EInvoiceList

urlpatterns = [
    path("e-invoices/", EInvoiceList.as_view(), name="einvoice_list"),
    path("e-invoices/<int:pk>/", views.einvoice, name="einvoice"),
    path("e-invoices/<int:pk>/report/", views.report, name="einvoice_report"),
    re_path(
        r"^e-invoices/(?P<pk>\d+)/(?P<how>regenerate|send|assign|waive)/$", views.work, name="einvoice_work"
    ),
    re_path(
        r"^e-invoices/(?P<pk>\d+)/(?P<revision>\d+)/(?P<kind>xml|pdf)/$", views.file, name="einvoice_file"
    ),
    path("invoices/<str:number>/e-invoice/", views.request_for, name="einvoice_request"),
]
