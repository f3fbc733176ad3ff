"""Supplier returns in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav

from .permissions import VIEW_SUPPLIER_RETURN

nav.link(
    role=("procurement", "finance"), group=_("Inbound"), label=_("Supplier returns"), icon="undo-2",
    url_name="inventory:supplier_return_list", permission=VIEW_SUPPLIER_RETURN, order=36,
)  # fmt: skip
