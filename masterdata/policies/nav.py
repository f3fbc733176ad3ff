"""Policies in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav

nav.link(
    role=("process_owner", "data_steward", "executive", "administrator"), group=_("Governance"), label=_("Policies"),
    icon="scale", url_name="masterdata:policy_list", permission="masterdata.view_policy", order=70,
)  # fmt: skip
