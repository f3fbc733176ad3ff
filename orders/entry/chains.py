"""Shipments of an order, and what is moved for it, in the document chain."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.access import access_of
from erp.kernel.chains import Link, provider
from inventory.models import Shipment, TransferLine
from inventory.transfers.queries import transfer_list
from inventory.transfers.states import STATES

from .models import SalesOrder

TONES = {"shipped": "ok", "cancelled": "mute", "reversed": "warn"}  # the others are on their way
MOST = 50


@provider("orders.salesorder")
def shipments_of_order(user: Any, kind: str, pk: int) -> list[Link]:
    """What the warehouse made of an order."""
    if "orders.view_order" not in access_of(user).permissions:
        return []
    found = Shipment.objects.visible_to(user).filter(group__document__in=_number(pk)).order_by("pk")[:MOST]
    return [
        Link(
            _("Shipment"),
            row.number,
            _page(row.pk),
            row.get_state_display(),
            TONES.get(row.state, "info"),
            order=40,
            icon="truck",
        )
        for row in found
    ]


@provider("orders.salesorder")
def transfers_of_order(user: Any, kind: str, pk: int) -> list[Link]:
    """What moves from another site for an order: asked for by it, or promised to it."""
    wanted = TransferLine.objects.filter(
        Q(wanted_by__group__document__in=_number(pk))
        | Q(supply__commitments__demand__group__document__in=_number(pk))
    )
    found = transfer_list(user=user).filter(pk__in=wanted.values("order")).order_by("pk")[:MOST]
    return [
        Link(
            _("Transfer"),
            row.number,
            reverse("inventory:transfer", args=[row.pk]),
            *STATES[row.state],
            order=25,
            icon="arrow-left-right",
        )
        for row in found
    ]


def _number(pk: int) -> QuerySet[Any]:
    """The order's number, by which all of its deliveries are called."""
    return SalesOrder.objects.filter(pk=pk).values("number")


def _page(pk: int) -> str:
    """The shipment's page, where there is one."""
    try:
        return reverse("inventory:shipment", args=[pk])
    except NoReverseMatch:
        return ""
