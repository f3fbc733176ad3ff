"""What the house itself expects at the dock: purchase orders and transfers."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.workplace import at_workplace
from inventory.inbound.actions.post_receipt import RECEIVE
from inventory.purchasing.queries import purchase_order_list
from inventory.transfers.permissions import RECEIVE_TRANSFER
from inventory.transfers.queries import here, transfer_list

from .expected import MOST, Arrival, expects
from .models import Unloading


@expects
def purchase_orders(user: User, until: date) -> Iterator[Arrival]:
    """Orders of which something is due, and those that are being unloaded."""
    if not user.has_perm(RECEIVE):
        return
    under_way = Exists(Unloading.objects.filter(purchase_order=OuterRef("pk"), state="open"))
    rows: QuerySet[Any] = at_workplace(purchase_order_list(user=user), user)
    rows = rows.filter(group=None, open_count__gt=0)
    rows = rows.annotate(under_way=under_way).filter(Q(due_on__lte=until) | Q(under_way=True))
    for order in rows.order_by("-under_way", "due_on", "pk")[:MOST]:
        yield Arrival(
            _("Purchase order"),
            order.number,
            order.supplier.party.name,
            order.site.code,
            order.due_on,
            order.open_count,
            reverse("inventory:unload", args=[order.pk]),
            order.under_way,
        )


@expects
def transfers(user: User, until: date) -> Iterator[Arrival]:
    """What is on its way from other sites."""
    if not user.has_perm(RECEIVE_TRANSFER):
        return
    on_way = Q(lines__shipped__gt=F("lines__received") + F("lines__missing"))
    rows: QuerySet[Any] = here(transfer_list(user=user).filter(state="shipped"), user, "to_site")
    rows = rows.annotate(open_count=Count("lines", filter=on_way)).filter(open_count__gt=0)
    for order in rows.order_by("due_on", "pk")[:MOST]:
        yield Arrival(
            _("Transfer"),
            order.number,
            order.site.name,
            order.to_site.code,
            order.due_on,
            order.open_count,
            reverse("inventory:transfer_receive", args=[order.pk]),
        )
