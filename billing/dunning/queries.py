"""Dunning as a reader may see it."""

from typing import Any

from django.db.models import Q, QuerySet

from billing.dunning.models import DunningLetter, DunningLevel, DunningStop, DunningText
from erp.kernel.clock import now
from masterdata.places.queries import day_at

STANDING = Q(ended_at=None)


def letter_list(*, user: Any) -> QuerySet[DunningLetter]:
    """Letters in scope, newest first."""
    rows = DunningLetter.objects.visible_to(user).select_related("customer__party", "company")
    return rows.order_by("-written_on", "-pk")


def level_list(*, user: Any) -> QuerySet[DunningLevel]:
    """Levels of the companies in scope, in order."""
    return DunningLevel.objects.visible_to(user).select_related("company").prefetch_related("texts")


def text_list(*, user: Any) -> QuerySet[DunningText]:
    """Texts of these levels."""
    return DunningText.objects.visible_to(user).select_related("level__company")


def stop_list(*, user: Any) -> QuerySet[DunningStop]:
    """Stops in scope, newest first."""
    rows = DunningStop.objects.visible_to(user).select_related("customer__party", "item__invoice", "company")
    return rows.order_by("-pk")


def holds(stops: QuerySet[DunningStop]) -> QuerySet[DunningStop]:
    """Those that keep letters from being written today."""
    return stops.filter(STANDING, until__gte=day_at("company__time_zone", now()))
