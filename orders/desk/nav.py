"""The order desk in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from orders.entry.actions.submit_order import SUBMIT

nav.link(
    role=("customer_service", "process_owner"), group="", label=_("New order"), icon="plus",
    url_name="orders:order_new", permission=SUBMIT, key="N", order=5,
)  # fmt: skip
