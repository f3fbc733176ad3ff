"""The intake queue in the side menu, with how many documents wait."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from erp.kernel.models import User

from .actions.intake_order import INTAKE_ORDER
from .queries import waiting_documents

MOST = 1000  # a menu's count says no more


def waiting(user: User) -> int:
    return waiting_documents(user=user).order_by()[:MOST].count()


nav.link(
    role=("customer_service", "process_owner"), group=_("My queues"), label=_("Intake queue"), icon="inbox",
    url_name="orders:intake_list", permission=INTAKE_ORDER, count=waiting, order=15,
)  # fmt: skip
