"""Stock as of a day, in the menus of those who answer for its value."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from inventory.stock.permissions import VIEW_VALUE

nav.link(
    role=("finance", "procurement", "process_owner"), group=_("Stock"), label=_("Stock as of a day"),
    icon="history", url_name="reporting:stock_as_of", permission=VIEW_VALUE, order=56,
)  # fmt: skip
