"""Putaway in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from erp.kernel.models import User

from .permissions import PUT_AWAY, VIEW_PUTAWAY
from .queries import to_put_away

MOST = 1000  # a menu's count says no more


def waiting(user: User) -> int:
    return to_put_away(user=user).order_by()[:MOST].count()


nav.link(
    role=("warehouse",), group=_("Inbound"), label=_("Put away"), icon="package-open",
    url_name="inventory:putaway_station", permission=PUT_AWAY, count=waiting, order=31,
)  # fmt: skip
nav.link(
    role=("procurement", "process_owner"), group=_("Inbound"), label=_("Putaway"), icon="package-open",
    url_name="inventory:putaway_list", permission=VIEW_PUTAWAY, order=37,
)  # fmt: skip
