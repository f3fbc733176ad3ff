"""Held orders in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from erp.kernel.models import User

from .permissions import VIEW_HOLDS
from .queries import my_holds

MOST = 1000  # a menu's count says no more


def held(user: User) -> int:
    return my_holds(user=user).order_by()[:MOST].count()


nav.link(
    role=("customer_service", "process_owner"), group=_("My queues"), label=_("On hold"), icon="circle-pause",
    url_name="orders:hold_list", permission=VIEW_HOLDS, count=held, order=12,
)  # fmt: skip
nav.link(
    role="finance", group=_("My queues"), label=_("Held orders"), icon="circle-pause",
    url_name="orders:hold_list", permission=VIEW_HOLDS, count=held, order=12,
)  # fmt: skip
