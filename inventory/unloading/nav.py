"""The dock in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from inventory.inbound.actions.post_receipt import RECEIVE

nav.link(
    role=("warehouse",), group=_("Inbound"), label=_("Dock"), icon="truck",
    url_name="inventory:dock", permission=RECEIVE, order=29,
)  # fmt: skip
