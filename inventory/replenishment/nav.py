"""Planning in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from erp.kernel.models import User
from erp.kernel.workplace import at_workplace

from .permissions import VIEW_PLAN
from .queries import OPEN, replenishment_list

MOST = 1000  # a menu's count says no more


def proposed(user: User) -> int:
    return at_workplace(replenishment_list(user=user).filter(OPEN), user).order_by()[:MOST].count()


nav.link(
    role=("procurement", "process_owner"), group=_("Inbound"), label=_("Replenishment"), icon="refresh-cw",
    url_name="inventory:replenishment_list", permission=VIEW_PLAN, count=proposed, key="G L", order=26,
)  # fmt: skip
nav.link(
    role=("procurement", "process_owner"), group=_("Inbound"), label=_("Forecasts"), icon="trending-up",
    url_name="inventory:forecast_list", permission=VIEW_PLAN, order=33,
)  # fmt: skip
nav.link(
    role=("procurement", "process_owner"), group=_("Inbound"), label=_("Stocking policies"),
    icon="sliders-horizontal", url_name="inventory:stocking_policy_list", permission=VIEW_PLAN, order=34,
)  # fmt: skip
