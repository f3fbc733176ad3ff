"""Customers and suppliers in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav

CUSTOMERS = {
    "label": _("Customers"), "icon": "building-2", "url_name": "masterdata:customer_list",
    "permission": "masterdata.view_customer",
}  # fmt: skip
SUPPLIERS = {
    "label": _("Suppliers"), "icon": "factory", "url_name": "masterdata:supplier_list",
    "permission": "masterdata.view_supplier",
}  # fmt: skip

nav.link(role="data_steward", group=_("Master data"), key="C", order=11, **CUSTOMERS)
nav.link(role="data_steward", group=_("Master data"), order=12, **SUPPLIERS)
nav.link(role=("customer_service", "finance", "process_owner"), group=_("Look up"), order=61, **CUSTOMERS)
nav.link(role="procurement", group=_("Look up"), order=62, **SUPPLIERS)
