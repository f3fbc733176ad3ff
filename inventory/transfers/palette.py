"""Transfers by their number."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.palette import MOST_HITS, Hit, source

from .permissions import VIEW_TRANSFER
from .queries import transfer_list
from .states import STATES


@source(VIEW_TRANSFER, label=_("Transfers"), order=46)
def transfers(user: User, query: str) -> list[Hit]:
    found = transfer_list(user=user).filter(number__startswith=query.strip().upper()).order_by("-pk")
    return [
        Hit(
            reverse("inventory:transfer", args=[order.pk]),
            f"{order.site.code} → {order.to_site.code}",
            code=order.number,
            note=STATES[order.state][0],
            icon="arrow-left-right",
        )
        for order in found[:MOST_HITS]
    ]
