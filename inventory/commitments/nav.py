"""Backorders in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from erp.kernel.models import User
from erp.kernel.workplace import at_workplace

from .lists import backorder_list
from .permissions import VIEW_ALLOCATION, VIEW_BACKORDER

MOST = 1000  # a menu's count says no more


def waiting(user: User) -> int:
    return at_workplace(backorder_list(user=user), user).order_by()[:MOST].count()


nav.link(
    role=("procurement", "warehouse"), group=_("Stock"), label=_("Backorders"), icon="hourglass",
    url_name="inventory:backorder_list", permission=VIEW_BACKORDER, count=waiting, key="G B", order=52,
)  # fmt: skip
nav.link(
    role=("process_owner", "procurement"), group=_("Stock"), label=_("Allocation"), icon="split",
    url_name="inventory:allocation_list", permission=VIEW_ALLOCATION, order=54,
)  # fmt: skip
nav.link(
    role=("process_owner", "procurement"), group=_("Stock"), label=_("Quotas"), icon="lock",
    url_name="inventory:quota_list", permission=VIEW_ALLOCATION, order=55,
)  # fmt: skip
