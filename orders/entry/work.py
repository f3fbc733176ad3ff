"""Orders that wait for customer service."""

from typing import Any

from django.db.models import Min, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.work import WorkItem, queue
from erp.kernel.workplace import at_workplace

from .models import SalesOrder
from .permissions import VIEW_ORDER
from .queries import backordered, late

ROLES = ("customer_service",)


def _here(user: User) -> QuerySet[SalesOrder]:
    return at_workplace(SalesOrder.objects.visible_to(user), user)


@queue(VIEW_ORDER, roles=ROLES, order=20)
def backorders(user: User) -> WorkItem:
    """Orders with a line that no stock is reserved for."""
    return _item(_("Backorders"), "orders:backorder_list", backordered(_here(user)), "warn")


@queue(VIEW_ORDER, roles=ROLES, order=21)
def at_risk(user: User) -> WorkItem:
    """Orders promised later than they were asked for."""
    return _item(_("Promise at risk"), "orders:at_risk_list", late(_here(user)), "warn")


def _item(label: Any, url: str, orders: Any, tone: str) -> WorkItem:
    ids = list(orders.order_by("pk").values_list("pk", flat=True)[:1000])
    oldest = (
        SalesOrder.objects.filter(pk__in=ids[:1]).aggregate(at=Min("submitted_at"))["at"] if ids else None
    )
    return WorkItem(label, len(ids), reverse(url), oldest, tone=tone if ids else "ok")
