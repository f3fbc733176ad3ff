from django.urls import path

from . import views
from .lists import CountList, CoverageList

urlpatterns = [
    path("counts/", CountList.as_view(), name="count_list"),
    path("counts/plan/", views.plan, name="count_plan"),
    path("counts/accuracy/", CoverageList.as_view(), name="count_coverage"),
    path("counts/<int:pk>/", views.count, name="count"),
    path("counts/<int:pk>/scan/", views.scan, name="count_scan"),
    path("counts/<int:pk>/typed/", views.typed, name="count_typed"),
    path("counts/<int:pk>/finish/", views.finish, name="count_finish"),
]
