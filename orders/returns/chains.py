"""Returns in the document chain of their order, their shipments and their replacement."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.access import access_of
from erp.kernel.chains import Link, provider
from inventory.models import Shipment
from inventory.outbound.permissions import VIEW_SHIPMENT
from orders.entry.models import SalesOrder
from orders.entry.permissions import VIEW_ORDER

from .actions.request_return import REQUEST
from .models import CustomerReturn
from .permissions import VIEW_RETURN
from .queries import return_list
from .states import STATES, State

MOST = 50


@provider("orders.salesorder", "inventory.shipment")
def returns_of(user: Any, kind: str, pk: int) -> list[Link]:
    """What of an order or a shipment comes back; to who may ask for it, the way to a new return."""
    if VIEW_RETURN not in access_of(user).permissions:
        return []
    by_order, by_shipment = Q(order=pk) | Q(replacement=pk), Q(lines__shipment_line__shipment=pk)
    found = return_list(user=user).filter(by_order if kind == "orders.salesorder" else by_shipment).distinct()
    links = [link_to(rma) for rma in found[:MOST]]
    if REQUEST in access_of(user).permissions:
        shipped = Shipment.objects.filter(state=Shipment.State.SHIPPED)
        if kind == "orders.salesorder":
            sold = SalesOrder.objects.filter(pk=pk)
            shipped = shipped.filter(group__document__in=sold.values("number"))
        else:
            shipped = shipped.filter(pk=pk)
            sold = SalesOrder.objects.filter(number__in=shipped.values("group__document"))
        links += [link_to_new(order) for order in sold.visible_to(user) if shipped.exists()]
    return links


@provider("orders.customerreturn")
def chain_of_return(user: Any, kind: str, pk: int) -> list[Link]:
    """The order and shipments that goods come back of, and the order that replaces them."""
    rma = return_list(user=user).select_related("replacement").get(pk=pk)
    links = []
    if VIEW_ORDER in access_of(user).permissions:
        links.append(_order(_("Order"), rma.order, 10))
        if rma.replacement:
            links.append(_order(_("Replacement"), rma.replacement, 80))
    if VIEW_SHIPMENT in access_of(user).permissions:
        shipped = rma.lines.order_by("shipment_line__shipment").values_list(
            "shipment_line__shipment", "shipment_line__shipment__number"
        )
        links += [
            Link(
                _("Shipment"), number, reverse("inventory:shipment", args=[shipment]), order=40, icon="truck"
            )
            for shipment, number in dict.fromkeys(shipped)
        ]
    return links


def link_to(rma: CustomerReturn) -> Link:
    state, tone = STATES[State(rma.state)]
    return Link(
        _("Return"), rma.number, reverse("orders:return", args=[rma.number]), state, tone, 65, "undo-2"
    )


def link_to_new(order: SalesOrder) -> Link:
    """The way to a return, where the documents it starts from show their chain."""
    return Link(
        _("Return"),
        str(_("New return")),
        reverse("orders:return_new", args=[order.number]),
        order=90,
        icon="plus",
    )


def _order(label: Any, order: SalesOrder, place: int) -> Link:
    return Link(label, order.number, reverse("orders:order", args=[order.number]), order=place)
