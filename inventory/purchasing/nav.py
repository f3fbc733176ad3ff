"""Purchasing in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from masterdata.catalogue.permissions import PROMOTE_ITEM

from .actions.create_purchase_order import ORDER
from .permissions import VIEW_PURCHASE_ORDER

nav.link(
    role="procurement", group="", label=_("New purchase order"), icon="plus",
    url_name="inventory:purchase_order_new", permission=ORDER, key="N", order=5,
)  # fmt: skip
nav.link(
    role="procurement", group=_("Inbound"), label=_("Purchase orders"), icon="clipboard-list",
    url_name="inventory:purchase_order_list", permission=VIEW_PURCHASE_ORDER, key="G P", order=30,
)  # fmt: skip
nav.link(
    role="procurement", group=_("Inbound"), label=_("To buy"), icon="shopping-cart",
    url_name="inventory:to_buy_list", permission=ORDER, key="G Y", order=28,
)  # fmt: skip
nav.link(
    role=("procurement", "data_steward"), group=_("Master data"), label=_("Candidates for stock"),
    icon="package-check", url_name="inventory:stock_candidate_list", permission=PROMOTE_ITEM, order=80,
)  # fmt: skip
