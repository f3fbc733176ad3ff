"""What came in, what waits, and what was answered."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf

from orders.entry.models import OrderDraft

from .models import IntakeDocument, OutboundMessage, ParkedLine

WAITS = ("parked", "partly")  # states of a document of which something may wait


def intake_documents(*, user: Any) -> QuerySet[IntakeDocument]:
    """Documents as they came, each with how many of its lines wait (`waiting`) and why it does (`why`)."""
    related = ("order", "received_by", "owner", "partner__customer__party", "delivery")
    rows = IntakeDocument.objects.visible_to(user).select_related(*related).defer("delivery__content")
    first = (
        ParkedLine.objects.filter(document=OuterRef("pk"), resolved_at=None).order_by("line").values("reason")
    )
    return rows.annotate(
        waiting=Count("parked_lines", filter=Q(parked_lines__resolved_at=None)),
        why=Coalesce(NullIf("reason", Value("")), Subquery(first[:1]), Value("")),
    )


def keyed_orders(*, user: Any) -> QuerySet[OrderDraft]:
    """What is keyed at the desk, or was, with the order that it became."""
    drafts = OrderDraft.objects.visible_to(user).filter(discarded_at=None)
    return drafts.select_related("order", "customer__party", "ship_to", "created_by")


def waiting_documents(*, user: Any) -> QuerySet[IntakeDocument]:
    """Documents that are parked, and those partly ordered of which a line waits."""
    open_lines = ParkedLine.objects.filter(document=OuterRef("pk"), resolved_at=None)
    waits = Q(state="parked") | Q(Exists(open_lines), state="partly")
    return IntakeDocument.objects.visible_to(user).filter(waits)


def parked_lines(*, user: Any) -> QuerySet[ParkedLine]:
    """Lines that nobody has corrected or dropped, oldest first."""
    rows = ParkedLine.objects.visible_to(user).filter(resolved_at=None)
    return rows.select_related("document__order").order_by("pk")


def outbound_messages(*, user: Any) -> QuerySet[OutboundMessage]:
    """Acknowledgements for trading partners, newest first."""
    related = ("partner__customer__party", "document", "document__order")
    return OutboundMessage.objects.visible_to(user).select_related(*related).defer("content").order_by("-pk")
