"""Pages of trading partners."""

from django.urls import path

from . import views

urlpatterns = [
    path("trading-partners/", views.PartnerList.as_view(), name="partner_list"),
    path("trading-partners/new/", views.PartnerCreate.as_view(), name="partner_create"),
    path("trading-partners/<int:pk>/", views.PartnerRecord.as_view(), name="partner"),
    path("trading-partners/<int:pk>/change/", views.PartnerChange.as_view(), name="partner_change"),
]
