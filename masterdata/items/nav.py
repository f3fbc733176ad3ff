"""Items in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav

nav.link(
    role="data_steward", group=_("Master data"), label=_("Items"), icon="package", url_name="masterdata:item_list",
    permission="masterdata.view_item", key="I", order=10,
)  # fmt: skip
nav.link(
    role=("customer_service", "warehouse", "procurement", "process_owner"), group=_("Look up"), label=_("Items"),
    icon="package", url_name="masterdata:item_list", permission="masterdata.view_item", order=60,
)  # fmt: skip
nav.link(
    role="data_steward", group=_("Master data"), label=_("Substitutes"), icon="replace",
    url_name="masterdata:substitute_list", permission="masterdata.view_item", order=12,
)  # fmt: skip
nav.link(
    role="data_steward", group=_("Master data"), label=_("Kit components"), icon="combine",
    url_name="masterdata:kit_component_list", permission="masterdata.view_item", order=13,
)  # fmt: skip
nav.link(
    role="data_steward", group=_("Master data"), label=_("Item classes"), icon="folder-tree",
    url_name="masterdata:item_class_list", permission="masterdata.view_item", order=76,
)  # fmt: skip
nav.link(
    role="data_steward", group=_("Master data"), label=_("Units of measure"), icon="ruler",
    url_name="masterdata:unit_list", permission="masterdata.view_item", order=77,
)  # fmt: skip
