"""Drop shipments as a reader sees them, and what suppliers still have to send."""

from typing import Any

from django.db.models import QuerySet

from inventory.outbound.models import Shipment
from inventory.purchasing.models import PurchaseOrder, PurchaseOrderLine
from inventory.purchasing.queries import OPEN_LINE, lines_of, purchase_order_list


def drop_orders(*, user: Any) -> QuerySet[PurchaseOrder]:
    """Purchase orders in scope whose supplier sends the goods to a customer."""
    return purchase_order_list(user=user).filter(group__isnull=False)


def drop_shipments(*, user: Any) -> QuerySet[Shipment]:
    """Shipments in scope that a supplier sent."""
    rows = Shipment.objects.visible_to(user).filter(purchase_order__isnull=False)
    return rows.select_related("site", "group__party", "purchase_order__supplier__party")


def lines_to_send(order: PurchaseOrder) -> list[PurchaseOrderLine]:
    """Its lines of which something is still to come, with `left` in the stock unit."""
    return list(lines_of(order).filter(OPEN_LINE))
