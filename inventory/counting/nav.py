"""Cycle counts in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from erp.kernel.models import User
from erp.kernel.workplace import at_workplace
from inventory.stock.permissions import VIEW_STOCK

from .queries import to_count

MOST = 1000  # a menu's count says no more


def waiting(user: User) -> int:
    return at_workplace(to_count(user=user), user).order_by()[:MOST].count()


nav.link(
    role=("warehouse", "process_owner"), group=_("Stock"), label=_("Cycle counts"), icon="list-checks",
    url_name="inventory:count_list", permission=VIEW_STOCK, count=waiting, order=51,
)  # fmt: skip
