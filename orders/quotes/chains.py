"""Quotes in the document chain of the orders they became, and the messages that took them there."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.access import access_of
from erp.kernel.chains import Link, provider
from erp.kernel.formats import write_day
from orders.entry.models import SalesOrder
from orders.entry.permissions import VIEW_ORDER
from orders.messages.models import DocumentMessage
from orders.messages.permissions import VIEW_MESSAGE

from .actions.send_quote import KIND
from .models import QuoteRevision
from .permissions import VIEW_QUOTE
from .queries import quote_list
from .states import STATES, standing

MOST = 50


@provider("orders.salesorder")
def quotes_of_order(user: Any, kind: str, pk: int) -> list[Link]:
    """The quote that an order was made of."""
    if VIEW_QUOTE not in access_of(user).permissions:
        return []
    found = quote_list(user=user).filter(lines__order_line__order=pk).distinct()
    return [
        Link(
            _("Quote"),
            quote.number,
            reverse("orders:quote", args=[quote.number]),
            *STATES[standing(quote)],
            order=5,
        )
        for quote in found[:MOST]
    ]


@provider("orders.quote")
def orders_of_quote(user: Any, kind: str, pk: int) -> list[Link]:
    """The orders that a quote became."""
    if VIEW_ORDER not in access_of(user).permissions:
        return []
    found = SalesOrder.objects.visible_to(user).filter(lines__quoted__quote=pk).distinct().order_by("pk")
    return [
        Link(
            _("Order"),
            order.number,
            reverse("orders:order", args=[order.number]),
            order.get_state_display(),
            "mute" if order.state == SalesOrder.State.CANCELLED else "ok",
            order=10,
        )
        for order in found[:MOST]
    ]


@provider("orders.quote")
def sendings_of_quote(user: Any, kind: str, pk: int) -> list[Link]:
    """When and to whom a quote was sent, and whether it has left the house."""
    if VIEW_MESSAGE not in access_of(user).permissions:
        return []
    sent = (
        DocumentMessage.objects.visible_to(user)
        .filter(kind=KIND, document_id__in=QuoteRevision.objects.filter(quote=pk).values("pk"))
        .order_by("pk")
    )
    return [
        Link(
            write_day(message.sent_at.date()),
            message.recipient,
            "",
            _("Delivered") if message.delivered_at else _("On its way"),
            "ok" if message.delivered_at else "info",
            order=60,
            icon="mail",
        )
        for message in sent[:MOST]
    ]
