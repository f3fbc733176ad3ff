"""Addresses of intake."""

from django.urls import path

from . import views
from .lists import DocumentList, ParkedList

urlpatterns = [
    path("intake/", views.upload, name="intake_upload"),
    path("intake/template.<str:kind>", views.template, name="intake_template"),
    path("intake/documents/", DocumentList.as_view(), name="intake_list"),
    path("intake/documents/<int:pk>/", views.document, name="intake_document"),
    path("intake/parked/", ParkedList.as_view(), name="parked_list"),
    path("intake/parked/<int:pk>/", views.parked_line, name="parked_line"),
    path("intake/parked/<int:pk>/drop/", views.drop, name="parked_drop"),
]
