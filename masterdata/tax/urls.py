"""Pages of tax."""

from django.urls import path

from . import views

urlpatterns = [
    path("tax/", views.TaxCodeList.as_view(), name="tax_code_list"),
    path("tax/new/", views.TaxCodeCreate.as_view(), name="tax_code_create"),
    path("tax/<int:pk>/", views.TaxCodeRecord.as_view(), name="tax_code"),
    path("tax/<int:pk>/change/", views.TaxCodeChange.as_view(), name="tax_code_change"),
    path("tax/rules/", views.TaxRuleList.as_view(), name="tax_rule_list"),
    path("tax/rules/set/", views.TaxRuleSetPage.as_view(), name="tax_rule_set"),
]
