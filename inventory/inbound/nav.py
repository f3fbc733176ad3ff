"""The dock in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from erp.kernel.models import User

from .permissions import VIEW_RECEIPT
from .queries import for_buyer

MOST = 1000  # a menu's count says no more


def waiting(user: User) -> int:
    return for_buyer(user=user).order_by()[:MOST].count()


nav.link(
    role=("warehouse", "procurement"), group=_("Inbound"), label=_("Receipts"), icon="package-plus",
    url_name="inventory:receipt_list", permission=VIEW_RECEIPT, order=32,
)  # fmt: skip
nav.link(
    role=("procurement",), group=_("Inbound"), label=_("Receipt differences"), icon="package-search",
    url_name="inventory:receipt_difference_list", permission=VIEW_RECEIPT, count=waiting, order=33,
)  # fmt: skip
