from django.urls import path

from . import difference_views, views
from .lists import DifferenceList, ProposalList, TransferList

urlpatterns = [
    path("transfers/", TransferList.as_view(), name="transfer_list"),
    path("transfers/new/", views.new, name="transfer_new"),
    path("transfers/<int:pk>/", views.transfer, name="transfer"),
    path("transfers/<int:pk>/change/", views.amend, name="transfer_amend"),
    path("transfers/<int:pk>/approve/", views.decide, {"verb": "approve"}, name="transfer_approve"),
    path("transfers/<int:pk>/refuse/", views.decide, {"verb": "refuse"}, name="transfer_refuse"),
    path("transfers/<int:pk>/cancel/", views.decide, {"verb": "cancel"}, name="transfer_cancel"),
    path("transfers/<int:pk>/ship/", views.ship, name="transfer_ship"),
    path("transfers/<int:pk>/receive/", views.receive, name="transfer_receive"),
    path("transfer-differences/", DifferenceList.as_view(), name="transfer_difference_list"),
    path("transfer-differences/<int:pk>/", difference_views.difference, name="transfer_difference"),
    path("transfer-proposals/", ProposalList.as_view(), name="proposal_list"),
    path("transfer-proposals/compute/", difference_views.compute, name="proposal_compute"),
    path("transfer-proposals/<int:pk>/", difference_views.proposal, name="proposal"),
]
