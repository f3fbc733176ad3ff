"""Promise what is coming to those who already wait, before anyone new is asked (AT06)."""

from collections.abc import Sequence
from typing import Any

from erp.kernel.batch import Batch
from inventory.commitments.actions.offer_freed import offer_freed
from inventory.commitments.models import PromiseEvent
from inventory.commitments.queries import lock_free_stock, lock_open_supply, lock_waiting


def promise_waiting(
    batch: Batch,
    *,
    site_id: int,
    item_ids: Sequence[int],
    cause: PromiseEvent.Cause = PromiseEvent.Cause.RESOURCED,
) -> list[dict[str, Any]]:
    """Plan the demands of these items at a site that want more than they have, by policy; what changed."""
    stock_ids, free = lock_free_stock(batch, site_id=site_id, item_ids=item_ids)
    waiting = lock_waiting(batch, site_id=site_id, item_ids=item_ids)
    if not waiting:
        return []
    coming = lock_open_supply(batch, site_id=site_id, item_ids=item_ids)
    return offer_freed(
        batch, waiting, site_id=site_id, free=free, coming=coming, stock_ids=stock_ids, cause=cause
    )
