"""How many of a kit could be promised from stock, site by site: what its components make (OC14)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from erp.kernel.clock import now
from inventory.stock.queries import stock_on_hand
from masterdata.dates import in_effect
from masterdata.items.models import Item
from masterdata.places.models import Site
from masterdata.places.queries import site_list

from .rules import whole_kits
from .sharing import ZERO


@dataclass(frozen=True, slots=True)
class KitsAt:
    """Whole kits that the free stock of a site makes, and the component of which there is least."""

    site: Site
    kits: Decimal
    limited_by: Item


def kits_by_site(kit: Item, *, user: Any) -> list[KitsAt]:
    """Sites in the reader's scope that have something of the kit's present components, the most kits first."""
    parts = list(
        kit.components.filter(in_effect(now().date())).select_related("component").order_by("position")
    )
    free: dict[int, dict[int, Decimal]] = {}
    for row in stock_on_hand(user=user).filter(item__in=[part.component_id for part in parts]):
        free.setdefault(row.site_id, {})[row.item_id] = max(row.available - row.reserved, ZERO)
    found = []
    for site in site_list(user=user).filter(pk__in=free):
        there = free[site.pk]
        least = min(parts, key=lambda part: there.get(part.component_id, ZERO) / part.quantity)
        kits = whole_kits((there.get(part.component_id, ZERO), part.quantity) for part in parts)
        found.append(KitsAt(site, kits, least.component))
    return sorted(found, key=lambda place: (-place.kits, place.site.code))
