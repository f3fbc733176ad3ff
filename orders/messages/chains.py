"""Messages about an order in its document chain."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.access import access_of
from erp.kernel.chains import Link, provider
from erp.kernel.formats import write_day

from .lists import STATES
from .models import OrderMessage
from .permissions import VIEW_MESSAGE

MOST = 20


@provider("orders.salesorder")
def messages_of_order(user: Any, kind: str, pk: int) -> list[Link]:
    """What the customer was told, and what is still to be said."""
    if VIEW_MESSAGE not in access_of(user).permissions:
        return []
    return [
        Link(
            _("Notice"),
            write_day(message.drafted_at.date()),
            reverse("orders:message", args=[message.pk]),
            *STATES[message.state],
            order=60,
            icon="mail",
        )
        for message in OrderMessage.objects.visible_to(user).filter(order=pk).order_by("pk")[:MOST]
    ]
