"""Offer what became free to those who wait, before anyone new is asked (AT06)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from erp.kernel.batch import Batch
from inventory.commitments.actions.write_promises import remember, write_promises
from inventory.commitments.models import PromiseEvent
from inventory.commitments.queries import first_ship_day, quotas_of
from inventory.commitments.rules import Coming, Standing, replan


def offer_freed(
    batch: Batch,
    waiting: Sequence[Standing],
    *,
    site_id: int,
    free: dict[int, Decimal],
    coming: Mapping[int, list[Coming]],
    stock_ids: Mapping[int, int],
    cause: PromiseEvent.Cause = PromiseEvent.Cause.FREED,
) -> list[dict[str, Any]]:
    """Plan those who wait at a site, by policy, as a receipt does; what changed, for the why-record.

    `free` (by item) and `coming` are what nobody is promised now; all of it is locked by the caller. Three statements
    where somebody waits for something that is free, whatever the lines, else none.
    """
    there = {item_id for item_id, quantity in free.items() if quantity > 0} | {
        item_id for item_id, supplies in coming.items() if any(supply.free > 0 for supply in supplies)
    }
    served = [demand for demand in waiting if demand.item_id in there]
    if not served:
        return []
    before = remember(served)
    replan(
        served,
        free=free,
        coming=coming,
        ships_on=first_ship_day(batch, site_id),
        quotas=quotas_of(batch, site_id=site_id, item_ids=[demand.item_id for demand in served]),
    )
    return write_promises(batch, served, before, cause=cause, stock_ids=stock_ids)
