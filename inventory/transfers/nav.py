"""Transfers in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from erp.kernel.models import User

from .permissions import REBALANCE, REQUEST_TRANSFER, VIEW_TRANSFER
from .queries import OPEN_DIFFERENCE, difference_list, here, proposal_list, to_work

MOST = 1000  # a menu's count says no more


def waiting(user: User) -> int:
    return to_work(user=user).order_by()[:MOST].count()


def differing(user: User) -> int:
    return (
        here(difference_list(user=user).filter(OPEN_DIFFERENCE), user, "order__to_site")
        .order_by()[:MOST]
        .count()
    )


def proposed(user: User) -> int:
    return proposal_list(user=user).filter(state="open").order_by()[:MOST].count()


nav.link(
    role=("warehouse", "procurement", "process_owner", "customer_service"), group=_("Stock"), label=_("Transfers"),
    icon="arrow-left-right", url_name="inventory:transfer_list", permission=VIEW_TRANSFER, count=waiting, order=49,
)  # fmt: skip
nav.link(
    role=("warehouse", "procurement", "finance"), group=_("Stock"), label=_("Transfer differences"),
    icon="package-search", url_name="inventory:transfer_difference_list", permission=VIEW_TRANSFER, count=differing,
    order=50,
)  # fmt: skip
nav.link(
    role=("procurement", "process_owner"), group=_("Stock"), label=_("Rebalancing"), icon="scale",
    url_name="inventory:proposal_list", permission=REBALANCE, count=proposed, order=52,
)  # fmt: skip
nav.link(
    role=("warehouse", "procurement"), group="", label=_("New transfer"), icon="plus",
    url_name="inventory:transfer_new", permission=REQUEST_TRANSFER, order=8,
)  # fmt: skip
