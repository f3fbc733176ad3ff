"""Receivables in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from erp.kernel.models import User

from .permissions import RECEIVE_CASH, VIEW_RECEIVABLE
from .queries import receipt_list

MOST = 1000  # a menu's count says no more


def unapplied(user: User) -> int:
    return receipt_list(user=user).filter(unapplied__gt=0).order_by()[:MOST].count()


nav.link(
    role="finance", group=_("My queues"), label=_("Unapplied cash"), icon="banknote",
    url_name="billing:cash_list", permission=RECEIVE_CASH, count=unapplied, order=16,
)  # fmt: skip
nav.link(
    role=("finance", "executive", "process_owner"), group=_("Ledgers"), label=_("Receivables"), icon="arrow-down-left",
    url_name="billing:receivable_list", permission=VIEW_RECEIVABLE, key="G R", order=30,
)  # fmt: skip
