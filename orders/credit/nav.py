"""Credit limits in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav

from .permissions import VIEW_CREDIT

nav.link(
    role=("finance", "process_owner"), group=_("Look up"), label=_("Credit limits"), icon="gauge",
    url_name="orders:credit_account_list", permission=VIEW_CREDIT, order=64,
)  # fmt: skip
