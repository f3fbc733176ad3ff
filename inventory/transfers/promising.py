"""What a transfer means for promises: who leans on what it brings, and what becomes of them when it does not come."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from erp.kernel.batch import Batch
from inventory.commitments.actions.offer_freed import offer_freed
from inventory.commitments.actions.write_promises import cancel_open, remember, write_promises
from inventory.commitments.models import PromiseEvent
from inventory.commitments.queries import (
    first_ship_day,
    lock_free_stock,
    lock_leaving,
    lock_open_standings,
    lock_open_supply,
    lock_standings,
    quotas_of,
)
from inventory.commitments.rules import replan

from .documents import Head, Line
from .models import TransferLine
from .reads import LEANING
from .rules import Arrival, hasten, withdraw


def promise_arrivals(
    batch: Batch, *, site_id: int, arrivals: Sequence[Arrival], item_ids: Sequence[int]
) -> list[dict[str, Any]]:
    """Promise what transfers will bring to those who wait at a site; what changed, for the why-record."""
    stock_ids, free = lock_free_stock(batch, site_id=site_id, item_ids=item_ids)
    standings = lock_open_standings(batch, site_id=site_id, item_ids=item_ids)
    if not standings:
        return []
    coming = lock_open_supply(batch, site_id=site_id, item_ids=item_ids)
    ships_on = first_ship_day(batch, site_id)
    before = remember(standings)
    hasten(standings, arrivals, coming=coming, ships_on=ships_on)
    quotas = quotas_of(batch, site_id=site_id, item_ids=item_ids)
    replan(standings, free=free, coming=coming, ships_on=ships_on, quotas=quotas)
    return write_promises(batch, standings, before, cause=PromiseEvent.Cause.RESOURCED, stock_ids=stock_ids)


def lock_rest(batch: Batch, head: Head, lines: Sequence[Line]) -> None:
    """Lock all that giving up these lines may change, for a verb that locks bins before it does: release takes demands
    before bins too. The site stock of both is locked."""
    items = sorted({line.item_id for line in lines})
    demand_ids = [line.demand_id for line in lines if line.demand_id is not None]
    supply_ids = sorted(line.supply_id for line in lines if line.supply_id is not None)
    lock_leaving(batch, demand_ids, site_id=head.site_id, item_ids=items)
    lock_open_supply(batch, site_id=head.site_id, item_ids=items)
    lock_standings(batch, [row[0] for row in batch.read(LEANING, supply_ids)])
    lock_open_supply(batch, site_id=head.to_site_id, item_ids=items)


def give_up(
    batch: Batch, head: Head, lines: Sequence[Line], *, shipped_now: Mapping[int, Decimal] | None = None
) -> list[dict[str, Any]]:
    """Cancel what is still to be shipped of these lines, at both ends; what changed, for the why-record.

    `shipped_now`: by line, what this verb has shipped already. What was reserved for it goes to those who wait at the
    site that keeps it; who leaned on it at the other is promised anew. The site stock of both is locked; where bins
    are too, so is what lock_rest locks.
    """
    now = shipped_now or {}
    rest = {line.id: line.to_ship - now.get(line.id, Decimal(0)) for line in lines}
    chosen = [line for line in lines if rest[line.id] > 0]
    if not chosen:
        return []
    items = sorted({line.item_id for line in chosen})
    demand_ids = [line.demand_id for line in chosen if line.demand_id is not None]
    stock_ids, free = lock_free_stock(batch, site_id=head.site_id, item_ids=items)
    own, waiting = lock_leaving(batch, demand_ids, site_id=head.site_id, item_ids=items)
    coming = lock_open_supply(batch, site_id=head.site_id, item_ids=items)
    cancel_open(batch, own, stock_ids=stock_ids, free=free, coming=coming)
    others = [demand for demand in waiting if not demand.bought]
    changed = offer_freed(batch, others, site_id=head.site_id, free=free, coming=coming, stock_ids=stock_ids)
    gone = {line.supply_id: rest[line.id] for line in chosen if line.supply_id is not None}
    changed += cancel_arrivals(batch, site_id=head.to_site_id, gone=gone, item_ids=items)
    batch.update(
        TransferLine,
        [line.id for line in chosen],
        add={"cancelled": [rest[line.id] for line in chosen]},
    )
    return changed


def cancel_arrivals(
    batch: Batch, *, site_id: int, gone: Mapping[int, Decimal], item_ids: Sequence[int]
) -> list[dict[str, Any]]:
    """Take what will not come (by supply) from those who lean on it, and promise them from elsewhere."""
    stock_ids, free = lock_free_stock(batch, site_id=site_id, item_ids=item_ids)
    leaning = [row[0] for row in batch.read(LEANING, sorted(gone))]
    standings = lock_standings(batch, leaning)
    coming = lock_open_supply(batch, site_id=site_id, item_ids=item_ids)
    before = remember(standings)
    withdraw(standings, gone, coming=coming)
    replan(
        standings,
        free=free,
        coming=coming,
        ships_on=first_ship_day(batch, site_id),
        quotas=quotas_of(batch, site_id=site_id, item_ids=item_ids),
    )
    return write_promises(
        batch,
        standings,
        before,
        cause=PromiseEvent.Cause.RESOURCED,
        stock_ids=stock_ids,
        cancelled=gone,
    )
