"""Addresses of scarcity, re-allocation and the order rules."""

from django.urls import path

from . import rule_views, views
from .lists import RunLineList, RunList, ScarcityList
from .rule_lists import RuleVersionList, TrialLineList

urlpatterns = [
    path("scarcity/", ScarcityList.as_view(), name="scarcity_list"),
    path("reallocation/", RunList.as_view(), name="run_list"),
    path("reallocation/<int:pk>/", RunLineList.as_view(), name="run"),
    path("reallocation/<int:pk>/<slug:verb>/", views.decide, name="run_decide"),
    path("order-rules/", RuleVersionList.as_view(), name="rule_version_list"),
    path("order-rules/new/", rule_views.RulesBegin.as_view(), name="rules_begin"),
    path("order-rules/trials/<int:pk>/", TrialLineList.as_view(), name="rule_trial"),
    path("order-rules/<int:pk>/", rule_views.rule_version, name="rule_version"),
    path("order-rules/<int:pk>/try/", rule_views.rules_try, name="rules_try"),
    path("order-rules/<int:pk>/new/", rule_views.RulePage.as_view(), name="rule_new"),
    path("order-rules/<int:pk>/<int:rule_id>/", rule_views.RulePage.as_view(), name="rule_change"),
    path("order-rules/<int:pk>/<int:rule_id>/remove/", rule_views.rule_remove, name="rule_remove"),
    path("order-rules/<int:pk>/<slug:verb>/", rule_views.rules_decide, name="rules_decide"),
]
