from django.urls import path

from . import views
from .lists import DisputeList, WriteOffList

urlpatterns = [
    path("disputes/", DisputeList.as_view(), name="dispute_list"),
    path("disputes/<int:pk>/", views.dispute, name="dispute"),
    path("disputes/<int:pk>/evidence/", views.evidence, name="dispute_evidence"),
    path("disputes/<int:pk>/assign/", views.assign, name="dispute_assign"),
    path("disputes/<int:pk>/change/", views.change, name="dispute_change"),
    path("disputes/<int:pk>/recover/", views.recover, name="dispute_recover"),
    path("disputes/<int:pk>/withdraw/", views.withdraw, name="dispute_withdraw"),
    path("disputes/<int:pk>/credit/", views.credit, name="dispute_credit"),
    path("disputes/<int:pk>/write-off/", views.write_off, name="dispute_write_off"),
    path("disputes/<int:pk>/outcomes/<int:outcome>/approve/", views.approve, name="write_off_approve"),
    path("disputes/<int:pk>/outcomes/<int:outcome>/refuse/", views.refuse, name="write_off_refuse"),
    path("disputes/<int:pk>/outcomes/<int:outcome>/take-back/", views.take_back, name="write_off_take_back"),
    path("invoices/<str:number>/dispute/", views.create, name="dispute_create"),
    path("write-offs/", WriteOffList.as_view(), name="write_off_list"),
]
