"""Addresses of the exception inbox."""

from django.urls import path, re_path

from . import views
from .lists import ExceptionInbox

urlpatterns = [
    path("exceptions/", ExceptionInbox.as_view(), name="exception_list"),
    path("exceptions/<int:pk>/", views.exception, name="exception"),
    re_path(r"^exceptions/(?P<pk>\d+)/(?P<how>take|assign|note)/$", views.work, name="exception_work"),
]
