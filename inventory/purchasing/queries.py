"""What procurement asks about its orders."""

from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet

from erp.kernel.clock import now

from .models import PurchaseOrder, PurchaseOrderLine

OPEN_SUPPLY = Q(lines__supply__expected__gt=F("lines__supply__received") + F("lines__supply__cancelled"))
OPEN_LINE = Q(supply__expected__gt=F("supply__received") + F("supply__cancelled"))


def purchase_order_list(*, user: Any) -> QuerySet[PurchaseOrder]:
    """Purchase orders in the reader's scope with `line_count`, `open_count` and `due_on` of what is open."""
    return (
        PurchaseOrder.objects.visible_to(user)
        .select_related("site", "supplier__party", "group__ship_to", "group__party")
        .annotate(
            line_count=Count("lines"),
            open_count=Count("lines", filter=OPEN_SUPPLY),
            due_on=Min("lines__supply__due_on", filter=OPEN_SUPPLY),
        )
    )


def lines_of(order: PurchaseOrder) -> QuerySet[PurchaseOrderLine]:
    """Its lines with the supply behind each, for whom it is, and `left`, what is still expected, in the stock unit."""
    return (
        order.lines.select_related("item", "supply", "unit", "demand__group")
        .annotate(left=F("supply__expected") - F("supply__received") - F("supply__cancelled"))
        .order_by("line")
    )


def late() -> Q:
    """Orders of which something should have arrived by now."""
    return Q(open_count__gt=0, due_on__lt=now().date())
