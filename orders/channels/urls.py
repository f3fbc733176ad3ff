"""Addresses of intake."""

from django.urls import path

from . import views
from .lists import ParkedList

urlpatterns = [
    path("import/", views.upload, name="intake_upload"),
    path("parked/", ParkedList.as_view(), name="parked_list"),
    path("parked/<int:pk>/", views.parked_line, name="parked_line"),
]
