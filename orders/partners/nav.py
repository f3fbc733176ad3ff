"""Trading partners in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav

nav.link(
    role=("data_steward", "process_owner", "customer_service"), group=_("Master data"), label=_("Trading partners"),
    icon="arrow-left-right", url_name="orders:partner_list", permission="orders.view_partner", order=66,
)  # fmt: skip
