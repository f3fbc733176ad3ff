"""Policies may vary by company and by site."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from masterdata.policies.levels import level

from .models import Company, Site
from .queries import company_list, site_list


@level("company", label=_("Company"))
def companies(user: Any) -> QuerySet[Company]:
    return company_list(user=user)


@level("site", label=_("Site"))
def sites(user: Any) -> QuerySet[Site]:
    return site_list(user=user)
