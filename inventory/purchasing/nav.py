"""Purchasing in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav

from .actions.create_purchase_order import ORDER
from .permissions import VIEW_PURCHASE_ORDER

nav.link(
    role="procurement", group="", label=_("New purchase order"), icon="plus",
    url_name="inventory:purchase_order_new", permission=ORDER, key="N", order=5,
)  # fmt: skip
nav.link(
    role=("procurement", "warehouse"), group=_("Inbound"), label=_("Purchase orders"), icon="clipboard-list",
    url_name="inventory:purchase_order_list", permission=VIEW_PURCHASE_ORDER, key="G P", order=30,
)  # fmt: skip
