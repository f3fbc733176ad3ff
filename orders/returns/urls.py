"""Addresses of returns."""

from django.urls import path, re_path

from . import views
from .lists import ClaimList, ReturnList

urlpatterns = [
    path("returns/", ReturnList.as_view(), name="return_list"),
    path("returns/claims/", ClaimList.as_view(), name="claim_list"),
    path("returns/new/<str:number>/", views.request_page, name="return_new"),
    path("returns/<str:number>/", views.return_page, name="return"),
    path("returns/<str:number>/approve/", views.approve, name="return_approve"),
    re_path(r"^returns/(?P<number>[^/]+)/(?P<how>reject|cancel|close)/$", views.end, name="return_end"),
    path("returns/<str:number>/excess/", views.excess, name="return_excess"),
    path("returns/<str:number>/claim/", views.claim, name="return_claim"),
    path("returns/<str:number>/replace/", views.replace, name="return_replace"),
    path("returns/<str:number>/receive/", views.receive, name="return_receive"),
    path("returns/<str:number>/inspect/", views.inspect, name="return_inspect"),
    path("returns/<str:number>/slip/", views.slip, name="return_slip"),
]
