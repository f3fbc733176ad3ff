"""Addresses of quotes."""

from django.urls import path

from . import views
from .lists import QuoteList

urlpatterns = [
    path("quotes/", QuoteList.as_view(), name="quote_list"),
    path("quotes/<str:number>/", views.quote_page, name="quote"),
    path("quotes/<str:number>/revisions/<int:revision>/", views.revision_page, name="quote_revision"),
    path("quotes/<str:number>/revise/", views.revise, name="quote_revise"),
    path("quotes/<str:number>/copy/", views.copy, name="quote_copy"),
    path("quotes/<str:number>/send/", views.send, name="quote_send"),
    path("quotes/<str:number>/approve/", views.approve, name="quote_approve"),
    path("quotes/<str:number>/accept/", views.accept, name="quote_accept"),
    path("quotes/<str:number>/lose/", views.lose, name="quote_lose"),
    path("quotes/<str:number>/paper/", views.paper, name="quote_paper"),
    path("drafts/<uuid:public_id>/quote/", views.save, name="draft_quote"),
]
