"""Who waits for an item that another site could send, on the item's page."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from erp.kernel.sections import section
from masterdata.items.models import Item

from .permissions import REQUEST_TRANSFER
from .queries import could_be_moved


@section("masterdata.item", REQUEST_TRANSFER, title=_("Could come from another site"), order=25)
def elsewhere(request: HttpRequest, item: Item) -> tuple[str, dict[str, Any]] | None:
    found = could_be_moved(item, user=request.user) if item.kind == Item.Kind.STOCKED else []
    return ("inventory/transfers/_elsewhere.html", {"rows": found, "item": item}) if found else None
