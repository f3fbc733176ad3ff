"""E-invoices in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from erp.kernel.models import User

from .permissions import VIEW_EINVOICE
from .queries import to_work

MOST = 1000  # a menu's count says no more


def waiting(user: User) -> int:
    return to_work(user=user).order_by()[:MOST].count()


nav.link(
    role="finance", group=_("My queues"), label=_("E-invoices"), icon="file-code",
    url_name="billing:einvoice_list", permission=VIEW_EINVOICE, count=waiting, order=12,
)  # fmt: skip
