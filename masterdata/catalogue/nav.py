"""Catalogues in the side menu."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav

from .permissions import PROMOTE_ITEM, VIEW_CATALOGUE

nav.link(
    role=("procurement", "customer_service", "data_steward"), group=_("Master data"), label=_("Catalogues"),
    icon="book-open", url_name="masterdata:catalogue_list", permission=VIEW_CATALOGUE, order=78,
)  # fmt: skip
nav.link(
    role=("data_steward", "process_owner"), group=_("Master data"), label=_("Put in stock"), icon="package-check",
    url_name="masterdata:promotion_list", permission=PROMOTE_ITEM, order=79,
)  # fmt: skip
