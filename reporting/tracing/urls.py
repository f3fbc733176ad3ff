from django.urls import path

from . import views
from .lists import LotList

urlpatterns = [
    path("lots/", LotList.as_view(), name="lot_list"),
    path("lots/<int:pk>/", views.lot, name="lot"),
    path("lots/<int:pk>/contacts.<str:kind>", views.contacts_file, name="lot_contacts"),
]
