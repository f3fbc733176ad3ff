"""Policies may vary by customer."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from masterdata.policies.levels import level

from .models import Customer
from .queries import customer_list


@level("customer", label=_("Customer"))
def customers(user: Any) -> QuerySet[Customer]:
    return customer_list(user=user)
