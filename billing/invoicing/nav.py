"""Invoices in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from erp.kernel.models import User

from .actions.invoice_shipments import INVOICE
from .permissions import VIEW_INVOICE, VIEW_SERIES
from .queries import unbilled

MOST = 1000  # a menu's count says no more


def waiting(user: User) -> int:
    return unbilled(user=user).order_by()[:MOST].count()


nav.link(
    role="finance", group=_("My queues"), label=_("Unbilled"), icon="timer",
    url_name="billing:unbilled_list", permission=INVOICE, count=waiting, order=14,
)  # fmt: skip
nav.link(
    role=("finance", "customer_service"), group=_("Ledgers"), label=_("Invoices"), icon="receipt",
    url_name="billing:invoice_list", permission=VIEW_INVOICE, key="G I", order=28,
)  # fmt: skip
nav.link(
    role=("finance", "administrator"), group=_("Ledgers"), label=_("Number series"), icon="hash",
    url_name="billing:series_list", permission=VIEW_SERIES, order=83,
)  # fmt: skip
