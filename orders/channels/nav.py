"""Order intake in the side menu, with how many lines wait."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from erp.kernel.models import User

from .actions.intake_order import INTAKE_ORDER
from .queries import parked_lines

MOST = 1000  # a menu's count says no more


def waiting(user: User) -> int:
    return parked_lines(user=user).order_by()[:MOST].count()


nav.link(
    role=("customer_service", "process_owner"), group=_("My queues"), label=_("Order intake"), icon="inbox",
    url_name="orders:intake_upload", permission=INTAKE_ORDER, count=waiting, order=15,
)  # fmt: skip
