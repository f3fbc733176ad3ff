"""Locking reads of the promise, and what screens ask about demand and supply."""

from collections import defaultdict
from collections.abc import Sequence

from erp.kernel.batch import Batch

from .rules import Coming

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
