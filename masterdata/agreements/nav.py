"""Prices in the side menu."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav

PRICES: dict[str, Any] = {
    "label": _("Prices"), "icon": "tag", "url_name": "masterdata:price_scope_list",
    "permission": "masterdata.view_price",
}  # fmt: skip
nav.link(role="data_steward", group=_("Master data"), order=13, **PRICES)
nav.link(role=("customer_service", "process_owner"), group=_("Look up"), order=63, **PRICES)
nav.link(
    role=("data_steward", "process_owner"), group=_("Master data"), label=_("Coupons"), icon="ticket-percent",
    url_name="masterdata:coupon_list", permission="masterdata.view_price", order=14,
)  # fmt: skip
nav.link(
    role=("procurement", "finance", "data_steward"), group=_("Master data"), label=_("Supplier rebates"),
    icon="hand-coins", url_name="masterdata:rebate_list", permission="masterdata.view_rebate", order=76,
)  # fmt: skip
