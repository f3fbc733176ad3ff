from django.urls import path, re_path

from . import views
from .lists import ExceptionQueue

urlpatterns = [
    path("exceptions/", ExceptionQueue.as_view(), name="exception_list"),
    path("exceptions/next/", views.work, name="exception_work"),
    path("exceptions/<int:pk>/", views.exception, name="exception"),
    re_path(
        r"^exceptions/(?P<pk>\d+)/(?P<how>accept|correct|assign|hold)/$",
        views.resolve,
        name="exception_resolve",
    ),
]
