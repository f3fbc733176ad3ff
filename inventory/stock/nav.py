"""Stock in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav

from .permissions import VIEW_STOCK

nav.link(
    role=("warehouse", "procurement", "finance", "customer_service"), group=_("Stock"), label=_("Stock"),
    icon="warehouse", url_name="inventory:stock_list", permission=VIEW_STOCK, key="G T", order=50,
)  # fmt: skip
