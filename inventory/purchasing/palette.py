"""Purchase orders by their number."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.palette import MOST_HITS, Hit, source

from .models import PurchaseOrder
from .permissions import VIEW_PURCHASE_ORDER


@source(VIEW_PURCHASE_ORDER, label=_("Purchase orders"), order=45)
def purchase_orders(user: User, query: str) -> list[Hit]:
    found = PurchaseOrder.objects.visible_to(user).select_related("supplier__party")
    found = found.filter(number__startswith=query.strip().upper()).order_by("-pk")[:MOST_HITS]
    return [
        Hit(
            reverse("inventory:purchase_order", args=[order.pk]),
            order.supplier.party.name,
            code=order.number,
            icon="clipboard-list",
        )
        for order in found
    ]
