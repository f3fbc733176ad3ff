"""Scarce items in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav

from .permissions import VIEW_SCARCITY

nav.link(
    role=("process_owner", "customer_service", "procurement"), group=_("Look up"), label=_("Scarce items"),
    icon="scale", url_name="orders:scarcity_list", permission=VIEW_SCARCITY, order=64,
)  # fmt: skip
