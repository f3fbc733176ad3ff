"""The order desk in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from masterdata.agreements.permissions import VIEW_PRICE
from orders.entry.actions.submit_order import SUBMIT

nav.link(
    role=("customer_service", "process_owner"), group="", label=_("New order"), icon="plus",
    url_name="orders:order_new", permission=SUBMIT, key="N", order=5,
)  # fmt: skip
nav.link(
    role="customer_service", group="", label=_("Price check"), icon="badge-percent",
    url_name="orders:price_check", permission=VIEW_PRICE, key="P", order=6,
)  # fmt: skip
nav.link(
    role=("data_steward", "finance", "process_owner"), group=_("Look up"), label=_("Price check"), icon="badge-percent",
    url_name="orders:price_check", permission=VIEW_PRICE, order=84,
)  # fmt: skip
