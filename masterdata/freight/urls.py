"""Pages of freight tariffs."""

from django.urls import path

from . import views

urlpatterns = [
    path("freight/", views.TariffList.as_view(), name="freight_tariff_list"),
    path("freight/new/", views.TariffCreate.as_view(), name="freight_tariff_create"),
    path("freight/<int:pk>/", views.TariffRecord.as_view(), name="freight_tariff"),
    path("freight/<int:pk>/change/", views.TariffChange.as_view(), name="freight_tariff_change"),
    path("freight/<int:pk>/rate/", views.RateSet.as_view(), name="freight_rate_set"),
    path("freight-rates/<int:pk>/remove/", views.rate_remove, name="freight_rate_remove"),
]
