"""Dunning in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav

from .permissions import VIEW_DUNNING

nav.link(
    role=("finance", "process_owner"), group=_("Ledgers"), label=_("Dunning letters"), icon="mail-warning",
    url_name="billing:dunning_letter_list", permission=VIEW_DUNNING, order=33,
)  # fmt: skip
