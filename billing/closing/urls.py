from django.urls import path

from . import views
from .lists import CloseList, SealList, TaskList, YearList

urlpatterns = [
    path("closes/", CloseList.as_view(), name="close_list"),
    path("closes/new/", views.close_new, name="close_new"),
    path("closes/<int:pk>/", views.close, name="close"),
    path("closes/<int:pk>/check/", views.close_check, name="close_check"),
    path("closes/<int:pk>/finish/", views.close_finish, name="close_finish"),
    path("closes/<int:pk>/tasks/", views.close_add, name="close_add"),
    path("year-ends/", YearList.as_view(), name="year_list"),
    path("year-ends/new/", views.year_new, name="year_new"),
    path("sealed-days/", SealList.as_view(), name="seal_list"),
    path("close-tasks/", TaskList.as_view(), name="close_task_list"),
    path("close-tasks/<int:pk>/", views.task, name="close_task"),
    path("close-tasks/<int:pk>/<str:how>/", views.task_work, name="close_task_work"),
]
