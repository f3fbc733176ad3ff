"""Promise what is coming to those who already wait, before anyone new is asked (AT06)."""

from collections.abc import Sequence
from typing import Any

from erp.kernel.batch import Batch
from inventory.commitments.actions.write_promises import remember, write_promises
from inventory.commitments.models import PromiseEvent
from inventory.commitments.queries import (
    first_ship_day,
    lock_free_stock,
    lock_open_supply,
    lock_waiting,
    quotas_of,
)
from inventory.commitments.rules import replan


def promise_waiting(batch: Batch, *, site_id: int, item_ids: Sequence[int]) -> list[dict[str, Any]]:
    """Plan the demands of these items at a site that want more than they have, by policy; what changed."""
    stock_ids, free = lock_free_stock(batch, site_id=site_id, item_ids=item_ids)
    waiting = lock_waiting(batch, site_id=site_id, item_ids=item_ids)
    if not waiting:
        return []
    before = remember(waiting)
    replan(
        waiting,
        free=free,
        coming=lock_open_supply(batch, site_id=site_id, item_ids=item_ids),
        ships_on=first_ship_day(batch, site_id),
        quotas=quotas_of(batch, site_id=site_id, item_ids=item_ids),
    )
    return write_promises(batch, waiting, before, cause=PromiseEvent.Cause.RESOURCED, stock_ids=stock_ids)
