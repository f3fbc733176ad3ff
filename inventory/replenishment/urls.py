from django.urls import path

from . import views
from .lists import ForecastList, ReplenishmentList, StockingPolicyList

urlpatterns = [
    path("replenishment/", ReplenishmentList.as_view(), name="replenishment_list"),
    path("replenishment/plan/", views.plan, name="replenishment_plan"),
    path("replenishment/<int:pk>/", views.replenishment, name="replenishment"),
    path("replenishment/<int:pk>/approve/", views.approve, name="replenishment_approve"),
    path("replenishment/<int:pk>/dismiss/", views.dismiss, name="replenishment_dismiss"),
    path("forecasts/", ForecastList.as_view(), name="forecast_list"),
    path("forecasts/<int:pk>/", views.forecast, name="forecast"),
    path("stocking-policies/", StockingPolicyList.as_view(), name="stocking_policy_list"),
    path("stocking-policies/new/", views.NewPolicyPage.as_view(), name="stocking_policy_new"),
    path("stocking-policies/<int:pk>/", views.PolicyPage.as_view(), name="stocking_policy"),
]
