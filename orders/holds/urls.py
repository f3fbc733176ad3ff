"""Addresses of holds."""

from django.urls import path, re_path

from . import views
from .lists import HoldList

urlpatterns = [
    path("holds/", HoldList.as_view(), name="hold_list"),
    path("holds/<int:pk>/release/", views.release, name="hold_release"),
    re_path(r"^(?P<number>[A-Z]+-\d+)/hold/$", views.place, name="order_hold"),
]
