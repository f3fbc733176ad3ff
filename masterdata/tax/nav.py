"""Tax in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav

nav.link(
    role=("finance", "data_steward"), group=_("Master data"), label=_("Tax codes"), icon="percent",
    url_name="masterdata:tax_code_list", permission="masterdata.view_tax", order=74,
)  # fmt: skip
