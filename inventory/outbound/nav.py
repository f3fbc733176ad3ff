"""The warehouse in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from erp.kernel.models import User
from erp.kernel.workplace import at_workplace

from .actions.release_groups import RELEASE_RIGHT
from .models import Shipment
from .permissions import VIEW_SHIPMENT
from .queries import due, release_list, shipment_list

MOST = 1000  # a menu's count says no more
OUTBOUND = _("Outbound")


def to_release(user: User) -> int:
    return at_workplace(release_list(user=user), user).filter(due(user)).order_by()[:MOST].count()


def to_pick(user: User) -> int:
    here = at_workplace(shipment_list(user=user), user)
    return here.filter(state=Shipment.State.RELEASED).order_by()[:MOST].count()


def to_ship(user: User) -> int:
    states = (Shipment.State.PICKED, Shipment.State.PACKED)
    return at_workplace(shipment_list(user=user), user).filter(state__in=states).order_by()[:MOST].count()


nav.link(
    role="warehouse", group="", label=_("Station"), icon="scan-line", url_name="inventory:station",
    permission=VIEW_SHIPMENT, key="G W", order=5,
)  # fmt: skip
nav.link(
    role="warehouse", group=OUTBOUND, label=_("To release"), icon="package-open", url_name="inventory:release_list",
    permission=RELEASE_RIGHT, count=to_release, key="G R", order=10,
)  # fmt: skip
nav.link(
    role="warehouse", group=OUTBOUND, label=_("To pick"), icon="list-checks", url_name="inventory:shipment_list",
    query="view=pick", permission=VIEW_SHIPMENT, count=to_pick, order=12,
)  # fmt: skip
nav.link(
    role="warehouse", group=OUTBOUND, label=_("To ship"), icon="truck", url_name="inventory:shipment_list",
    query="view=ship", permission=VIEW_SHIPMENT, count=to_ship, order=14,
)  # fmt: skip
nav.link(
    role=("warehouse", "procurement", "customer_service"), group=OUTBOUND, label=_("Shipments"), icon="package",
    url_name="inventory:shipment_list", query="view=all", permission=VIEW_SHIPMENT, key="G S", order=60,
)  # fmt: skip
