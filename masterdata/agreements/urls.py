"""Pages of prices."""

from django.urls import path

from . import views

urlpatterns = [
    path("prices/", views.PriceList.as_view(), name="price_list"),
    path("price-lists/", views.PriceScopeList.as_view(), name="price_scope_list"),
    path("price-lists/new/", views.PriceScopeCreate.as_view(), name="price_scope_create"),
    path("price-lists/<int:pk>/", views.PriceScopeRecord.as_view(), name="price_scope"),
    path("price-lists/<int:pk>/set/", views.PriceSetPage.as_view(), name="price_set"),
    path("customers/<int:pk>/prices/", views.PriceAssign.as_view(), name="price_assign"),
]
