"""Freight in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav

nav.link(
    role=("finance", "process_owner"), group=_("Master data"), label=_("Freight tariffs"), icon="truck",
    url_name="masterdata:freight_tariff_list", permission="masterdata.view_freight", order=75,
)  # fmt: skip
