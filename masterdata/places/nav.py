"""Sites and companies in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav

nav.link(
    role=("data_steward", "process_owner"), group=_("Master data"), label=_("Sites and bins"), icon="warehouse",
    url_name="masterdata:site_list", permission="masterdata.view_place", order=14,
)  # fmt: skip
nav.link(
    role=("data_steward", "finance"), group=_("Master data"), label=_("Companies"), icon="landmark",
    url_name="masterdata:company_list", permission="masterdata.view_place", order=75,
)  # fmt: skip
nav.link(
    role="warehouse", group=_("Look up"), label=_("Bins"), icon="grid-3x3", url_name="masterdata:bin_list",
    permission="masterdata.view_place", order=64,
)  # fmt: skip
