from django.urls import path, re_path

from . import views
from .lists import AccrualList, MatchQueue, PayableList, SupplierInvoiceList

urlpatterns = [
    path("supplier-invoices/", SupplierInvoiceList.as_view(), name="supplier_invoice_list"),
    path("supplier-invoices/new/", views.new, name="supplier_invoice_new"),
    path("supplier-invoices/upload/", views.upload, name="supplier_invoice_upload"),
    path("supplier-invoices/<str:number>/", views.invoice, name="supplier_invoice"),
    path("supplier-invoices/<str:number>/change/", views.change, name="supplier_invoice_change"),
    re_path(
        r"^supplier-invoices/(?P<number>[^/]+)/(?P<verb>accept|match|refuse|reverse)/$",
        views.decide,
        name="supplier_invoice_decide",
    ),
    path("match-exceptions/", MatchQueue.as_view(), name="match_exception_list"),
    path("goods-accruals/", AccrualList.as_view(), name="goods_accrual_list"),
    path("payables/", PayableList.as_view(), name="payable_list"),
]
