"""Payables in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from erp.kernel.models import User

from .permissions import VIEW_PAYABLE, WORK_MATCH
from .queries import open_exceptions

MOST = 1000  # a menu's count says no more


def waiting(user: User) -> int:
    return open_exceptions(user=user).order_by()[:MOST].count()


nav.link(
    role=("procurement", "finance"), group=_("My queues"), label=_("Match exceptions"), icon="scale",
    url_name="billing:match_exception_list", permission=WORK_MATCH, count=waiting, order=16,
)  # fmt: skip
nav.link(
    role=("finance", "procurement"), group=_("Ledgers"), label=_("Supplier invoices"), icon="file-input",
    url_name="billing:supplier_invoice_list", permission=VIEW_PAYABLE, order=70,
)  # fmt: skip
nav.link(
    role=("finance", "procurement"), group=_("Ledgers"), label=_("Received, not invoiced"), icon="package-search",
    url_name="billing:goods_accrual_list", permission=VIEW_PAYABLE, order=72,
)  # fmt: skip
nav.link(
    role=("finance", "process_owner"), group=_("Ledgers"), label=_("Payables"), icon="hand-coins",
    url_name="billing:payable_list", permission=VIEW_PAYABLE, order=71,
)  # fmt: skip
