"""Blanket orders in the document chain of the orders that were called off."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.access import access_of
from erp.kernel.chains import Link, provider
from orders.entry.models import SalesOrder
from orders.entry.permissions import VIEW_ORDER

from .permissions import VIEW_BLANKET
from .queries import blanket_list
from .states import STATES, standing

MOST = 50


@provider("orders.salesorder")
def blanket_of_order(user: Any, kind: str, pk: int) -> list[Link]:
    """The frame that an order was called off from."""
    if VIEW_BLANKET not in access_of(user).permissions:
        return []
    found = blanket_list(user=user).filter(lines__call_offs__order_line__order=pk).distinct()
    return [
        Link(
            _("Blanket order"),
            blanket.number,
            reverse("orders:blanket", args=[blanket.number]),
            *STATES[standing(blanket)],
            order=5,
            icon="layers",
        )
        for blanket in found[:MOST]
    ]


@provider("orders.blanketorder")
def orders_of_blanket(user: Any, kind: str, pk: int) -> list[Link]:
    """The newest orders that were called off."""
    if VIEW_ORDER not in access_of(user).permissions:
        return []
    found = SalesOrder.objects.visible_to(user).filter(lines__call_off__line__blanket=pk).distinct()
    return [
        Link(
            _("Call-off"),
            order.number,
            reverse("orders:order", args=[order.number]),
            order.get_state_display(),
            "mute" if order.state == SalesOrder.State.CANCELLED else "ok",
            order=10,
        )
        for order in found.order_by("-pk")[:MOST]
    ]
