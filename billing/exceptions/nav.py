"""The exception queue in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from erp.kernel.models import User

from .permissions import VIEW_EXCEPTION
from .queries import open_exceptions

MOST = 1000  # a menu's count says no more


def waiting(user: User) -> int:
    return open_exceptions(user=user).order_by()[:MOST].count()


nav.link(
    role=("finance", "process_owner"), group=_("My queues"), label=_("Invoice exceptions"), icon="receipt-text",
    url_name="billing:exception_list", permission=VIEW_EXCEPTION, count=waiting, key="G E", order=10,
)  # fmt: skip
