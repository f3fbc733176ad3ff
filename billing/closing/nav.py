"""Closing in the side menu."""

from django.utils.translation import gettext_lazy as _

from billing.ledger.permissions import VIEW_LEDGER
from erp.kernel import nav

nav.link(
    role=("finance", "process_owner"), group=_("Ledgers"), label=_("Closing"), icon="list-checks",
    url_name="billing:close_list", permission=VIEW_LEDGER, order=37,
)  # fmt: skip
nav.link(
    role=("finance", "process_owner"), group=_("Ledgers"), label=_("Year ends"), icon="calendar-check",
    url_name="billing:year_list", permission=VIEW_LEDGER, order=86,
)  # fmt: skip
nav.link(
    role=("finance", "process_owner"), group=_("Ledgers"), label=_("Sealed days"), icon="shield-check",
    url_name="billing:seal_list", permission=VIEW_LEDGER, order=85,
)  # fmt: skip
