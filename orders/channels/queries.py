"""What came in and what waits."""

from typing import Any

from django.db.models import QuerySet

from .models import ParkedLine


def parked_lines(*, user: Any) -> QuerySet[ParkedLine]:
    """Lines that nobody has corrected or dropped, oldest first."""
    rows = ParkedLine.objects.visible_to(user).filter(resolved_at=None)
    return rows.select_related("document__order").order_by("pk")
