"""Availability on the page of an item."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from erp.kernel.sections import section
from inventory.stock.permissions import VIEW_STOCK
from masterdata.items.models import Item

from .explain import outlooks_of
from .kits import kits_by_site


@section("masterdata.item", VIEW_STOCK, title=_("Availability"), order=20)
def availability(request: HttpRequest, item: Item) -> tuple[str, dict[str, Any]] | None:
    if item.kind == Item.Kind.KIT:
        return "inventory/commitments/_kits.html", {"places": kits_by_site(item, user=request.user)}
    if item.kind != Item.Kind.STOCKED:
        return None
    return "inventory/commitments/_availability.html", {"outlooks": outlooks_of(item, user=request.user)}
