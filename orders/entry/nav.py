"""Orders in the side menu."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from erp.kernel.models import User
from erp.kernel.workplace import at_workplace

from .models import SalesOrder
from .permissions import VIEW_ORDER
from .queries import IS_OPEN, backordered, late

MOST = 1000  # a menu's count says no more


def _count(orders: QuerySet[SalesOrder]) -> int:
    return orders.order_by()[:MOST].count()


def _here(user: User) -> QuerySet[SalesOrder]:
    return at_workplace(SalesOrder.objects.visible_to(user), user)


def open_orders(user: User) -> int:
    return _count(_here(user).filter(IS_OPEN))


def backorders(user: User) -> int:
    return _count(backordered(_here(user)))


def at_risk(user: User) -> int:
    return _count(late(_here(user)))


QUEUES = _("My queues")
nav.link(
    role=("customer_service", "process_owner"), group=QUEUES, label=_("Open orders"), icon="clipboard-list",
    url_name="orders:order_list", permission=VIEW_ORDER, count=open_orders, key="G O", order=10,
)  # fmt: skip
nav.link(
    role="customer_service", group=QUEUES, label=_("Backorders"), icon="timer",
    url_name="orders:backorder_list", permission=VIEW_ORDER, count=backorders, order=13,
)  # fmt: skip
nav.link(
    role="customer_service", group=QUEUES, label=_("Promise at risk"), icon="triangle-alert",
    url_name="orders:at_risk_list", permission=VIEW_ORDER, count=at_risk, order=14,
)  # fmt: skip
