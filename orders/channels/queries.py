"""What came in and what waits."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from .models import IntakeDocument, ParkedLine


def intake_documents(*, user: Any) -> QuerySet[IntakeDocument]:
    """Documents as they came, each with how many of its lines wait (`waiting`)."""
    rows = IntakeDocument.objects.visible_to(user).select_related("order", "received_by")
    return rows.annotate(waiting=Count("parked_lines", filter=Q(parked_lines__resolved_at=None)))


def parked_lines(*, user: Any) -> QuerySet[ParkedLine]:
    """Lines that nobody has corrected or dropped, oldest first."""
    rows = ParkedLine.objects.visible_to(user).filter(resolved_at=None)
    return rows.select_related("document__order").order_by("pk")
