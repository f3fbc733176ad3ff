"""Locking reads of the promise, and what screens ask about demand and supply."""

from collections import defaultdict
from collections.abc import Sequence

from erp.kernel.batch import Batch

from .rules import Backorder, Coming

OPEN_SUPPLY = """
SELECT id, item_id, due_on, expected - received - cancelled - committed
FROM inventory_supply
WHERE site_id = %s::bigint AND item_id = ANY(%s::bigint[]) AND expected > received + cancelled
ORDER BY id FOR NO KEY UPDATE"""


def lock_open_supply(batch: Batch, *, site_id: int, item_ids: Sequence[int]) -> dict[int, list[Coming]]:
    """Open supplies of the items at a site by due date, locked."""
    found: defaultdict[int, list[Coming]] = defaultdict(list)
    for supply_id, item_id, due_on, free in batch.read(OPEN_SUPPLY, site_id, list(item_ids)):
        found[item_id].append(Coming(supply_id, due_on, free))
    for supplies in found.values():
        supplies.sort(key=lambda supply: (supply.due_on, supply.supply_id))
    return found


BACKORDERS = """
SELECT d.id, d.item_id, d.ordered - d.shipped - d.cancelled - d.reserved, g.priority, d.requested_on, d.promised_on
FROM inventory_demand d JOIN inventory_demandgroup g ON g.id = d.group_id
WHERE d.site_id = %s::bigint AND d.item_id = ANY(%s::bigint[]) AND d.ordered > d.shipped + d.cancelled + d.reserved
ORDER BY d.id FOR NO KEY UPDATE OF d"""

LEANING = """
SELECT c.demand_id, c.supply_id, c.quantity, c.promised_on FROM inventory_commitment c
WHERE c.demand_id = ANY(%s::bigint[]) AND c.supply_id IS NOT NULL"""


def lock_backorders(batch: Batch, *, site_id: int, item_ids: Sequence[int]) -> list[Backorder]:
    """Demands of the items at a site that still want stock, locked, with the supplies they lean on."""
    found = {row[0]: Backorder(*row) for row in batch.read(BACKORDERS, site_id, sorted(set(item_ids)))}
    if found:
        for demand_id, supply_id, quantity, on in batch.read(LEANING, list(found)):
            found[demand_id].leans_on[supply_id] = (quantity, on)
    return list(found.values())
