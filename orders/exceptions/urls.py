"""Addresses of the exception inbox."""

from django.urls import path, re_path

from . import views
from .lists import ExceptionInbox

urlpatterns = [
    path("inbox/", ExceptionInbox.as_view(), name="exception_list"),
    path("inbox/<int:pk>/", views.exception, name="exception"),
    re_path(r"^inbox/(?P<pk>\d+)/(?P<how>take|assign|note)/$", views.work, name="exception_work"),
]
