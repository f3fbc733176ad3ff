"""Freight tariffs that a reader may see."""

from typing import Any

from django.db.models import QuerySet

from .models import FreightRate, FreightTariff
from .permissions import VIEW_FREIGHT


def tariff_list(*, user: Any) -> QuerySet[FreightTariff]:
    """Tariffs of the companies in scope, with company and item."""
    rows = FreightTariff.objects.visible_to(user).select_related("company", "item")
    return rows if user.has_perm(VIEW_FREIGHT) else rows.none()


def rate_list(*, user: Any) -> QuerySet[FreightRate]:
    """Rates of those tariffs."""
    return FreightRate.objects.filter(tariff__in=tariff_list(user=user)).select_related("tariff")
