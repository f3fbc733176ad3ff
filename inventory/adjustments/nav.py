"""Stock by bin and adjustments in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from erp.kernel.models import User
from erp.kernel.workplace import at_workplace
from inventory.stock.permissions import VIEW_STOCK, VIEW_VALUE

from .permissions import ADJUST_STOCK
from .queries import waiting_for

MOST = 1000  # a menu's count says no more


def waiting(user: User) -> int:
    return at_workplace(waiting_for(user=user), user).order_by()[:MOST].count()


nav.link(
    role=("warehouse", "procurement"), group=_("Stock"), label=_("Stock by bin"), icon="layout-grid",
    url_name="inventory:balance_list", permission=VIEW_STOCK, order=58,
)  # fmt: skip
nav.link(
    role=("warehouse", "finance", "process_owner"), group=_("Stock"), label=_("Adjustments"), icon="scale",
    url_name="inventory:adjustment_list", permission=ADJUST_STOCK, count=waiting, order=53,
)  # fmt: skip
nav.link(
    role=("finance", "process_owner"), group=_("Stock"), label=_("Adjustments by cause"), icon="list",
    url_name="inventory:adjustment_causes", permission=VIEW_VALUE, order=56,
)  # fmt: skip
nav.link(
    role="process_owner", group=_("Stock"), label=_("Stock statuses"), icon="git-branch",
    url_name="inventory:status_matrix", permission=VIEW_STOCK, order=57,
)  # fmt: skip
