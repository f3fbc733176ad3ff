"""Blanket orders in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from erp.kernel.models import User
from erp.kernel.workplace import at_workplace
from orders.entry.nav import MOST, QUEUES

from .models import BlanketOrder
from .permissions import VIEW_BLANKET
from .queries import RUNNING


def running(user: User) -> int:
    return at_workplace(BlanketOrder.objects.visible_to(user), user).filter(RUNNING)[:MOST].count()


nav.link(
    role=("customer_service", "process_owner"), group=QUEUES, label=_("Blanket orders"), icon="layers",
    url_name="orders:blanket_list", permission=VIEW_BLANKET, count=running, order=12,
)  # fmt: skip
