"""The inbox in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from erp.kernel.models import User
from erp.kernel.workplace import workplace_of

from .models import OPEN, OrderException, here
from .permissions import VIEW_EXCEPTIONS

MOST = 1000  # a menu's count says no more


def waiting(user: User) -> int:
    place = workplace_of(user)
    rows = OrderException.objects.visible_to(user).filter(OPEN)
    return (rows.filter(here(place.key)) if place else rows).order_by()[:MOST].count()


nav.link(
    role="customer_service", group=_("My queues"), label=_("Exceptions"), icon="triangle-alert",
    url_name="orders:exception_list", permission=VIEW_EXCEPTIONS, count=waiting, key="G E", order=9,
)  # fmt: skip
nav.link(
    role=("process_owner", "executive"), group=_("My queues"), label=_("Order exceptions"), icon="triangle-alert",
    url_name="orders:exception_list", permission=VIEW_EXCEPTIONS, count=waiting, order=9,
)  # fmt: skip
