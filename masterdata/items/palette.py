"""Items in the palette: by any number or words."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.palette import Hit, source

from .lookups import item_lookup


@source("masterdata.view_item", label=_("Items"), order=30)
def items(user: User, query: str) -> list[Hit]:
    return [
        Hit(
            reverse("masterdata:item", args=[hit.id]),
            hit.name,
            code=hit.code,
            note=hit.number,
            icon="package",
        )
        for hit in item_lookup(user, query, limit=5)
    ]
