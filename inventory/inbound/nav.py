"""The dock in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav

from .permissions import VIEW_RECEIPT

nav.link(
    role=("warehouse", "procurement"), group=_("Inbound"), label=_("Receipts"), icon="package-plus",
    url_name="inventory:receipt_list", permission=VIEW_RECEIPT, order=32,
)  # fmt: skip
