"""Addresses of orders."""

from django.urls import path, re_path

from . import views
from .lists import AtRiskList, BackorderList, OrderList

urlpatterns = [
    path("", OrderList.as_view(), name="order_list"),
    path("backorders/", BackorderList.as_view(), name="backorder_list"),
    path("at-risk/", AtRiskList.as_view(), name="at_risk_list"),
    re_path(r"^(?P<number>[A-Z]+-\d+)/$", views.order_page, name="order"),
    re_path(r"^(?P<number>[A-Z]+-\d+)/change/$", views.amend, name="order_amend"),
    re_path(r"^(?P<number>[A-Z]+-\d+)/change/presence/$", views.presence, name="order_editing"),
    re_path(r"^(?P<number>[A-Z]+-\d+)/ship-rule/$", views.ship_rule, name="order_ship_rule"),
    re_path(r"^(?P<number>[A-Z]+-\d+)/supply/$", views.supply, name="order_supply"),
    re_path(r"^(?P<number>[A-Z]+-\d+)/cancel/$", views.cancel, name="order_cancel"),
    re_path(r"^(?P<number>[A-Z]+-\d+)/confirmation/$", views.confirmation, name="order_confirmation"),
]
