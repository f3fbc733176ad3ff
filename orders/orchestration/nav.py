"""Scarce items and order rules in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from orders.rulebook.permissions import VIEW_RULES

from .permissions import VIEW_SCARCITY

nav.link(
    role=("process_owner", "customer_service", "procurement"), group=_("Look up"), label=_("Scarce items"),
    icon="scale", url_name="orders:scarcity_list", permission=VIEW_SCARCITY, order=64,
)  # fmt: skip
nav.link(
    role=("process_owner", "executive", "data_steward"), group=_("Governance"), label=_("Order rules"),
    icon="git-branch", url_name="orders:rule_version_list", permission=VIEW_RULES, order=71,
)  # fmt: skip
nav.link(
    role="customer_service", group=_("Look up"), label=_("Order rules"), icon="git-branch",
    url_name="orders:rule_version_list", permission=VIEW_RULES, order=65,
)  # fmt: skip
