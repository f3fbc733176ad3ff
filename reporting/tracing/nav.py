"""Lots in the menus of those who receive, sell and buy them."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from reporting.tracing.permissions import TRACE_LOTS

nav.link(
    role=("warehouse", "procurement", "customer_service"), group=_("Stock"), label=_("Lots"),
    icon="git-branch", url_name="reporting:lot_list", permission=TRACE_LOTS, order=55,
)  # fmt: skip
