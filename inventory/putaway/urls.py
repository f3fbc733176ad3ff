from django.urls import path

from . import views
from .lists import PutawayList

urlpatterns = [
    path("putaways/", PutawayList.as_view(), name="putaway_list"),
    path("putaways/station/", views.station, name="putaway_station"),
    path("putaways/scan/", views.scan, name="putaway_scan"),
    path("putaways/<int:pk>/", views.task, name="putaway"),
    path("putaways/<int:pk>/place/", views.place, name="putaway_place"),
]
