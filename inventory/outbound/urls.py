from django.urls import path

from . import views
from .lists import ReleaseList, ShipmentList

urlpatterns = [
    path("station/", views.station, name="station"),
    path("release/", ReleaseList.as_view(), name="release_list"),
    path("shipments/", ShipmentList.as_view(), name="shipment_list"),
    path("shipments/<int:pk>/", views.shipment, name="shipment"),
    path("shipments/<int:pk>/station/", views.work, name="shipment_work"),
    path("shipments/<int:pk>/scan/", views.scan, name="shipment_scan"),
    path("shipments/<int:pk>/short/", views.short, name="shipment_short"),
    path("shipments/<int:pk>/pack/", views.pack, name="shipment_pack"),
    path("shipments/<int:pk>/confirm/", views.confirm, name="shipment_confirm"),
    path("shipments/<int:pk>/cancel/", views.cancel, name="shipment_cancel"),
    path("shipments/<int:pk>/reverse/", views.reverse, name="shipment_reverse"),
    path("shipments/<int:pk>/deliver/", views.deliver, name="shipment_deliver"),
    path("shipments/<int:pk>/withdraw-delivery/", views.withdraw, name="shipment_withdraw_delivery"),
    path("shipments/<int:pk>/pick-list.pdf", views.pick_list, name="pick_list"),
    path("shipments/<int:pk>/packing-slip.pdf", views.packing_slip, name="packing_slip"),
]
