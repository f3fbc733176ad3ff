"""Pages of customers and suppliers."""

from django.urls import path

from . import views

urlpatterns = [
    path("customers/", views.CustomerList.as_view(), name="customer_list"),
    path("customers/new/", views.CustomerCreate.as_view(), name="customer_create"),
    path("customers/<int:pk>/", views.CustomerRecord.as_view(), name="customer"),
    path("customers/<int:pk>/change/", views.CustomerChange.as_view(), name="customer_change"),
    path("customers/<int:pk>/addresses/new/", views.ShipToSet.as_view(), name="ship_to_create"),
    path("customers/<int:pk>/addresses/<int:ship_to>/", views.ShipToSet.as_view(), name="ship_to_change"),
    path("suppliers/", views.SupplierList.as_view(), name="supplier_list"),
    path("suppliers/new/", views.SupplierCreate.as_view(), name="supplier_create"),
    path("suppliers/<int:pk>/", views.SupplierRecord.as_view(), name="supplier"),
    path("suppliers/<int:pk>/change/", views.SupplierChange.as_view(), name="supplier_change"),
]
