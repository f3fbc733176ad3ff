from django.urls import path

from .lists import TaskBoard

urlpatterns = [path("tasks/", TaskBoard.as_view(), name="task_list")]
