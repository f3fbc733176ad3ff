"""From where an order ships after a change, while nothing is allocated to it (AT08, OC11)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.errors import Busy
from inventory.commitments.models import Demand, DemandGroup
from inventory.commitments.queries import lock_places
from orders.rulebook.rules import Outcome

from .changes import LockedOrder
from .models import SalesOrder
from .sites import SiteChoice, choose_site

# The site that the order would have had of itself, and whether anything is promised to it out of stock or supply.
STANDING = """
SELECT coalesce(c.preferred_site_id,
        (SELECT min(s.id) FROM masterdata_site s WHERE s.company_id = c.company_id AND s.is_active)),
    EXISTS (SELECT FROM inventory_demand d WHERE d.group_id = %s::bigint
        AND (d.reserved > 0 OR EXISTS (SELECT FROM inventory_commitment k WHERE k.demand_id = d.id)))
FROM masterdata_customer c WHERE c.id = %s::bigint"""
LOCK_DEMANDS = """
SELECT d.id FROM inventory_demand d WHERE d.group_id = %s::bigint ORDER BY d.id FOR NO KEY UPDATE"""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the rules say about the site of an order as it was or will be; `wants`: its goods, by item."""

    outcome: Outcome | None
    wants: Mapping[int, Decimal]


def chosen_anew(
    batch: Batch,
    locked: LockedOrder,
    sites: Sequence[SiteChoice],
    country: str,
    was: Wish,
    will: Wish,
    right: str,
) -> tuple[SiteChoice | None, str]:
    """The site that the order ships from after the change instead of its own, or a word why it stays; one statement.

    A site that neither the rules nor the customer's usual one explain was named by somebody, and stays; so does an
    order that leaves from several.
    """
    order = locked.order
    if locked.is_split:
        return None, _("Lines of the order name their site.")
    ((usual, allocated),) = batch.read(STANDING, order.group_id, order.customer_id)
    if order.site_id not in (usual, _site_of(was, sites, usual, country)):
        return None, _("The order names its site.")
    wanted = _site_of(will, sites, usual, country)
    if wanted == order.site_id:
        return None, ""
    site = next((each for each in sites if each.site_id == wanted), None)
    if site is None:
        return None, ""
    if allocated:
        return None, _("It stays at its own site: goods are promised to it there, and not at %(site)s.") % {
            "site": site.code
        }
    if order.rush:
        return None, _("It stays at its own site: its place in the rush quota is there.")
    if not batch.actor.may(right, company=order.company_id, site=site.site_id):
        return None, _("It stays at its own site: %(who)s may not order there.") % {"who": batch.actor.name}
    return site, ""


def _site_of(wish: Wish, sites: Sequence[SiteChoice], usual: int, country: str) -> int:
    if wish.outcome is None:
        return usual
    site_id, _problem = choose_site(wish.outcome, sites, own=usual, country=country, wants=wish.wants)
    return site_id


def moved(batch: Batch, locked: LockedOrder, site_id: int, item_ids: Sequence[int]) -> LockedOrder:
    """The order at another site with all its demands, what is promised of the items locked at both.

    Raises Busy where something was promised to it since that was looked at.
    """
    order = locked.order
    lock_places(batch, dict.fromkeys((order.site_id, site_id), item_ids))
    demand_ids = [row[0] for row in batch.read(LOCK_DEMANDS, order.group_id)]
    ((_usual, allocated),) = batch.read(STANDING, order.group_id, order.customer_id)
    if allocated:
        raise Busy()
    batch.update(SalesOrder, [order.order_id], site=site_id)
    batch.update(DemandGroup, [order.group_id or 0], site=site_id)
    batch.update(Demand, demand_ids, site=site_id)
    return replace(
        locked,
        order=replace(order, site_id=site_id),
        lines=[replace(row, site_id=site_id) if row.site_id else row for row in locked.lines],
        groups={site_id: order.group_id or 0},
    )


def items_of(locked: LockedOrder) -> list[int]:
    """Every item that the order's demands are for."""
    return sorted({item_id for row in locked.lines for item_id in row.item_ids})
