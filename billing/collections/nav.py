"""Collections in the side menu."""

from django.utils.translation import gettext_lazy as _

from billing.receivables.permissions import VIEW_RECEIVABLE
from erp.kernel import nav
from erp.kernel.models import User

from .lists import to_do
from .permissions import COLLECT, VIEW_COLLECTION
from .queries import payers_overdue

MOST = 1000  # a menu's count says no more


def waiting(user: User) -> int:
    return payers_overdue(user=user).filter(to_do(user)).order_by()[:MOST].count()


nav.link(
    role="finance", group=_("My queues"), label=_("Collections"), icon="phone", url_name="billing:collection_list",
    permission=COLLECT, count=waiting, order=17,
)  # fmt: skip
nav.link(
    role=("finance", "process_owner", "executive"), group=_("Ledgers"), label=_("Promises to pay"), icon="handshake",
    url_name="billing:promise_list", permission=VIEW_COLLECTION, order=32,
)  # fmt: skip
nav.link(
    role=("finance", "process_owner", "executive"), group=_("Ledgers"), label=_("Ageing"), icon="hourglass",
    url_name="billing:ageing_list", permission=VIEW_RECEIVABLE, order=31,
)  # fmt: skip
