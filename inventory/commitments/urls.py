from django.urls import path

from .lists import BackorderList

urlpatterns = [path("backorders/", BackorderList.as_view(), name="backorder_list")]
