"""What payers may owe and what already counts."""

from typing import Any

from django.db.models import QuerySet

from .models import CreditAccount


def credit_account_list(*, user: Any) -> QuerySet[CreditAccount]:
    """Credit accounts of the companies in scope, with their customers."""
    return CreditAccount.objects.visible_to(user).select_related("customer__party")
