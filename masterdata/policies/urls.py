"""Pages of policies."""

from django.urls import path

from . import views

urlpatterns = [
    path("policies/", views.policy_list, name="policy_list"),
    path("policies/<str:key>/", views.policy_page, name="policy"),
    path("policies/<str:key>/set/", views.PolicySetPage.as_view(), name="policy_set"),
    path("policies/<str:key>/vary/", views.VariationPropose.as_view(), name="variation_propose"),
    path("policies/<str:key>/variations/<int:pk>/", views.variation_decide, name="variation_decide"),
]
