"""Addresses of price proposals."""

from django.urls import path

from . import views
from .lists import ProposalLineList, ProposalList

urlpatterns = [
    path("price-proposals/", ProposalList.as_view(), name="price_proposal_list"),
    path("price-proposals/new/", views.propose, name="price_propose"),
    path("price-proposals/new/<int:pk>/", views.ProposeOne.as_view(), name="price_propose_one"),
    path("price-proposals/template.<str:kind>", views.template, name="price_template"),
    path("price-proposals/lines/", ProposalLineList.as_view(), name="price_proposal_lines"),
    path("price-proposals/<int:pk>/", views.proposal, name="price_proposal"),
    path("price-proposals/<int:pk>/approve/", views.approve, name="price_proposal_approve"),
    path("price-proposals/<int:pk>/reject/", views.reject, name="price_proposal_reject"),
    path("price-proposals/<int:pk>/activate/", views.activate, name="price_proposal_activate"),
    path("price-proposals/<int:pk>/revert/", views.revert, name="price_proposal_revert"),
]
