from django.urls import path

from . import views
from .lists import PurchaseOrderList

urlpatterns = [
    path("purchase-orders/", PurchaseOrderList.as_view(), name="purchase_order_list"),
    path("purchase-orders/new/", views.new, name="purchase_order_new"),
    path("purchase-orders/<int:pk>/", views.purchase_order, name="purchase_order"),
    path("purchase-orders/<int:pk>/lines/<int:line>/cancel/", views.cancel_line, name="purchase_line_cancel"),
]
