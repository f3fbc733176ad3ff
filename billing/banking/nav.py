"""Banking in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from erp.kernel.models import User

from .permissions import POST_ENTRY, VIEW_BANK
from .queries import waiting_list

MOST = 1000  # a menu's count says no more


def waiting(user: User) -> int:
    return waiting_list(user=user).order_by()[:MOST].count()


nav.link(
    role="finance", group=_("My queues"), label=_("Bank entries"), icon="landmark",
    url_name="billing:bank_entry_list", permission=POST_ENTRY, count=waiting, order=14,
)  # fmt: skip
nav.link(
    role=("finance", "process_owner"), group=_("Ledgers"), label=_("Bank statements"), icon="scroll-text",
    url_name="billing:bank_statement_list", permission=VIEW_BANK, order=78,
)  # fmt: skip
nav.link(
    role="finance", group=_("Ledgers"), label=_("Bank accounts"), icon="landmark",
    url_name="billing:bank_account_list", permission=VIEW_BANK, order=84,
)  # fmt: skip
nav.link(
    role="finance", group=_("Ledgers"), label=_("Learnt payers"), icon="graduation-cap",
    url_name="billing:learnt_payer_list", permission=VIEW_BANK, order=86,
)  # fmt: skip
