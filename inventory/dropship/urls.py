from django.urls import path

from . import views

urlpatterns = [
    path("purchase-orders/<int:pk>/drop-shipment/", views.new, name="drop_shipment_new"),
    path("drop-shipments/<int:pk>/reverse/", views.reverse, name="drop_shipment_reverse"),
]
