"""Price proposals in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav

nav.link(
    role="data_steward", group=_("Master data"), order=14, label=_("Price proposals"), icon="list",
    url_name="orders:price_proposal_list", permission="masterdata.view_price",
)  # fmt: skip
nav.link(
    role=("process_owner", "finance"), group=_("Look up"), order=64, label=_("Price proposals"), icon="list",
    url_name="orders:price_proposal_list", permission="orders.approve_prices",
)  # fmt: skip
