"""Customers and suppliers in the side menu."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav

CUSTOMERS: dict[str, Any] = {
    "label": _("Customers"), "icon": "building-2", "url_name": "masterdata:customer_list",
    "permission": "masterdata.view_customer",
}  # fmt: skip
SUPPLIERS: dict[str, Any] = {
    "label": _("Suppliers"), "icon": "factory", "url_name": "masterdata:supplier_list",
    "permission": "masterdata.view_supplier",
}  # fmt: skip

nav.link(role="data_steward", group=_("Master data"), key="C", order=11, **CUSTOMERS)
nav.link(role="data_steward", group=_("Master data"), order=12, **SUPPLIERS)
nav.link(role=("customer_service", "finance", "process_owner"), group=_("Look up"), order=61, **CUSTOMERS)
nav.link(role="procurement", group=_("Look up"), order=62, **SUPPLIERS)
nav.link(
    role="data_steward", group=_("Master data"), label=_("Customer groups"), icon="users",
    url_name="masterdata:customer_group_list", permission="masterdata.view_customer", order=78,
)  # fmt: skip
nav.link(
    role=("data_steward", "finance"), group=_("Master data"), label=_("Payment terms"), icon="calendar-clock",
    url_name="masterdata:payment_terms_list", permission="masterdata.view_terms", order=79,
)  # fmt: skip
