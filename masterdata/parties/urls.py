"""Pages of customers and suppliers."""

from django.urls import path

from . import einvoice_views, setup_views, views

urlpatterns = [
    path("customers/", views.CustomerList.as_view(), name="customer_list"),
    path("customers/new/", views.CustomerCreate.as_view(), name="customer_create"),
    path("customers/<int:pk>/", views.CustomerRecord.as_view(), name="customer"),
    path("customers/<int:pk>/change/", views.CustomerChange.as_view(), name="customer_change"),
    path("customers/<int:pk>/addresses/new/", views.ShipToSet.as_view(), name="ship_to_create"),
    path("customers/<int:pk>/addresses/<int:ship_to>/", views.ShipToSet.as_view(), name="ship_to_change"),
    path(
        "customers/<int:pk>/e-invoice/", einvoice_views.EInvoiceProfileSet.as_view(), name="einvoice_profile"
    ),
    path("suppliers/", views.SupplierList.as_view(), name="supplier_list"),
    path("suppliers/new/", views.SupplierCreate.as_view(), name="supplier_create"),
    path("suppliers/<int:pk>/", views.SupplierRecord.as_view(), name="supplier"),
    path("suppliers/<int:pk>/change/", views.SupplierChange.as_view(), name="supplier_change"),
    path("customer-groups/", setup_views.CustomerGroupList.as_view(), name="customer_group_list"),
    path("customer-groups/new/", setup_views.CustomerGroupCreate.as_view(), name="customer_group_create"),
    path("customer-groups/<int:pk>/", setup_views.CustomerGroupRecord.as_view(), name="customer_group"),
    path(
        "customer-groups/<int:pk>/change/",
        setup_views.CustomerGroupChange.as_view(),
        name="customer_group_change",
    ),
    path(
        "customer-groups/<int:pk>/place/",
        setup_views.CustomerGroupPlace.as_view(),
        name="customer_group_place",
    ),
    path("payment-terms/", setup_views.PaymentTermsList.as_view(), name="payment_terms_list"),
    path("payment-terms/new/", setup_views.PaymentTermsCreate.as_view(), name="payment_terms_create"),
    path("payment-terms/<int:pk>/", setup_views.PaymentTermsRecord.as_view(), name="payment_terms"),
    path(
        "payment-terms/<int:pk>/change/",
        setup_views.PaymentTermsChange.as_view(),
        name="payment_terms_change",
    ),
]
