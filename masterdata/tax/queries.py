"""Tax codes and the rules that choose one, for those who may see them."""

from typing import Any

from django.db.models import QuerySet

from .models import TaxCode, TaxRule


def tax_code_list(*, user: Any) -> QuerySet[TaxCode]:
    """Tax codes of the companies in scope."""
    rows = TaxCode.objects.visible_to(user).select_related("company")
    return rows if user.has_perm("masterdata.view_tax") else rows.none()


def tax_rule_list(*, user: Any) -> QuerySet[TaxRule]:
    """Which code applies when, newest first."""
    rows = TaxRule.objects.filter(tax_code__in=tax_code_list(user=user)).select_related("tax_code", "company")
    return rows.order_by("company", "tax_treatment", "tax_class", "-valid_from")
