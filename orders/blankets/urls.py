"""Addresses of blanket orders."""

from django.urls import path

from . import views
from .lists import BlanketList

urlpatterns = [
    path("blankets/", BlanketList.as_view(), name="blanket_list"),
    path("blankets/<str:number>/", views.blanket_page, name="blanket"),
    path("blankets/<str:number>/call-off/", views.call, name="blanket_call_off"),
    path("blankets/<str:number>/change/", views.change, name="blanket_change"),
    path("blankets/<str:number>/approve/", views.approve, name="blanket_approve"),
    path("blankets/<str:number>/close/", views.close, name="blanket_close"),
    path("drafts/<uuid:public_id>/blanket/", views.save, name="draft_blanket"),
]
