from django.urls import path

from . import difference_views, views
from .lists import ReceiptDifferenceList, ReceiptList

urlpatterns = [
    path("purchase-orders/<int:pk>/receive/", views.receive, name="receive"),
    path("purchase-orders/<int:pk>/difference/", difference_views.report, name="receipt_difference_new"),
    path("receipt-differences/", ReceiptDifferenceList.as_view(), name="receipt_difference_list"),
    path("receipt-differences/<int:pk>/", difference_views.difference, name="receipt_difference"),
    path("receipts/", ReceiptList.as_view(), name="receipt_list"),
    path("receipts/<int:pk>/", views.receipt, name="receipt"),
]
