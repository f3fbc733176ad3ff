"""The books in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from erp.kernel.models import User

from .permissions import CLEAR_UNMAPPED, VIEW_LEDGER
from .queries import unmapped_list

MOST = 1000  # a menu's count says no more


def waiting(user: User) -> int:
    return unmapped_list(user=user).filter(cleared_at=None).order_by()[:MOST].count()


nav.link(
    role="finance", group=_("My queues"), label=_("Unmapped postings"), icon="circle-question-mark",
    url_name="billing:unmapped_list", permission=CLEAR_UNMAPPED, count=waiting, order=18,
)  # fmt: skip
nav.link(
    role="finance", group=_("Ledgers"), label=_("Accounts"), icon="list-tree",
    url_name="billing:account_list", permission=VIEW_LEDGER, order=82,
)  # fmt: skip
nav.link(
    role="finance", group=_("Ledgers"), label=_("Journals"), icon="book-open",
    url_name="billing:journal_list", permission=VIEW_LEDGER, order=32,
)  # fmt: skip
nav.link(
    role=("finance", "process_owner"), group=_("Ledgers"), label=_("Trial balance"), icon="scale",
    url_name="billing:trial_balance", permission=VIEW_LEDGER, order=34,
)  # fmt: skip
nav.link(
    role=("finance", "process_owner"), group=_("Ledgers"), label=_("Period close"), icon="calendar-check",
    url_name="billing:period_list", permission=VIEW_LEDGER, order=36,
)  # fmt: skip
nav.link(
    role=("finance", "executive", "process_owner"), group=_("Ledgers"), label=_("Profit and loss"), icon="trending-up",
    url_name="billing:profit_and_loss", permission=VIEW_LEDGER, order=81,
)  # fmt: skip
nav.link(
    role=("finance", "executive", "process_owner"), group=_("Ledgers"), label=_("Balance sheet"), icon="landmark",
    url_name="billing:balance_sheet", permission=VIEW_LEDGER, order=83,
)  # fmt: skip
nav.link(
    role="finance", group=_("Ledgers"), label=_("Account classes"), icon="list",
    url_name="billing:account_class_list", permission=VIEW_LEDGER, order=84,
)  # fmt: skip
