"""Returns in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from erp.kernel.models import User

from .permissions import VIEW_RETURN
from .queries import return_list, waiting
from .states import State

MOST = 1000  # a menu's count says no more


def to_approve(user: User) -> int:
    return return_list(user=user).filter(waiting(State.REQUESTED)).order_by()[:MOST].count()


def at_the_dock(user: User) -> int:
    return return_list(user=user).filter(waiting(State.APPROVED, State.RECEIVED)).order_by()[:MOST].count()


nav.link(
    role=("customer_service", "process_owner"), group=_("My queues"), label=_("Returns"), icon="undo-2",
    url_name="orders:return_list", permission=VIEW_RETURN, count=to_approve, order=16,
)  # fmt: skip
nav.link(
    role="warehouse", group=_("Inbound"), label=_("Returns"), icon="undo-2", url_name="orders:return_list",
    query="view=dock", permission=VIEW_RETURN, count=at_the_dock, order=22,
)  # fmt: skip
nav.link(
    role="finance", group=_("My queues"), label=_("Returns"), icon="undo-2", url_name="orders:return_list",
    query="view=credit", permission=VIEW_RETURN, order=16,
)  # fmt: skip
nav.link(
    role=("customer_service", "finance"), group=_("My queues"), label=_("Carrier claims"), icon="truck",
    url_name="orders:claim_list", permission=VIEW_RETURN, order=76,
)  # fmt: skip
