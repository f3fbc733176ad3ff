"""Purchase orders and the shipments that their suppliers sent know of each other."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel import chains
from erp.kernel.chains import Link

from .queries import drop_shipments


@chains.provider("inventory.purchase_order")
def shipments(user: Any, kind: str, pk: int) -> Iterator[Link]:
    for shipment in drop_shipments(user=user).filter(purchase_order=pk).order_by("pk"):
        address = reverse("inventory:shipment", args=[shipment.pk])
        state = shipment.get_state_display()
        yield Link(_("Drop shipment"), shipment.number, address, state, order=40, icon="truck")


@chains.provider("inventory.shipment")
def purchase_order(user: Any, kind: str, pk: int) -> Iterator[Link]:
    for shipment in drop_shipments(user=user).filter(pk=pk):
        order = shipment.purchase_order
        assert order is not None
        address = reverse("inventory:purchase_order", args=[order.pk])
        yield Link(_("Purchase order"), order.number, address, order=20, icon="clipboard-list")
