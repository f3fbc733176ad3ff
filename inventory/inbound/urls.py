from django.urls import path

from . import views
from .lists import ReceiptList

urlpatterns = [
    path("purchase-orders/<int:pk>/receive/", views.receive, name="receive"),
    path("receipts/", ReceiptList.as_view(), name="receipt_list"),
    path("receipts/<int:pk>/", views.receipt, name="receipt"),
]
