"""Addresses of scarcity and re-allocation."""

from django.urls import path

from . import views
from .lists import RunLineList, RunList, ScarcityList

urlpatterns = [
    path("scarcity/", ScarcityList.as_view(), name="scarcity_list"),
    path("reallocation/", RunList.as_view(), name="run_list"),
    path("reallocation/<int:pk>/", RunLineList.as_view(), name="run"),
    path("reallocation/<int:pk>/<slug:verb>/", views.decide, name="run_decide"),
]
