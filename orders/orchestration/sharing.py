"""An item's stock under lock with everyone who wants it, shared anew on paper."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from erp.kernel.batch import Batch
from inventory.commitments.actions.write_promises import Before, remember
from inventory.commitments.queries import (
    first_ship_day,
    lock_free_stock,
    lock_open_standings,
    lock_open_supply,
    quotas_of,
)
from inventory.commitments.redistribution import Effect, redistribute
from inventory.commitments.rules import Coming, Share, Standing
from inventory.outbound.reads import IN_HAND


@dataclass(slots=True)
class Shared:
    """Items of one site, locked: who has what now, and `effects` of sharing it anew."""

    standings: list[Standing]
    before: dict[int, Before]
    effects: dict[int, Effect]
    in_hand: dict[int, Decimal]  # by demand
    stock_ids: dict[int, int]
    free: dict[int, Decimal]  # before
    coming: dict[int, dict[int, Decimal]]  # free of each supply by item, before


def lock_items(batch: Batch, *, site_id: int, item_ids: Sequence[int]) -> Shared:
    """Lock the items' stock, demands and supplies; the number of statements does not depend on them."""
    stock_ids, free = lock_free_stock(batch, site_id=site_id, item_ids=item_ids)
    standings = lock_open_standings(batch, site_id=site_id, item_ids=item_ids)
    coming = lock_open_supply(batch, site_id=site_id, item_ids=item_ids)
    in_hand = dict(batch.read(IN_HAND, [demand.demand_id for demand in standings]))
    shared = Shared(standings, remember(standings), {}, in_hand, stock_ids, dict(free), _free(coming))
    quotas = quotas_of(batch, site_id=site_id, item_ids=item_ids)
    redistribute(
        standings,
        bound=in_hand,
        free=free,
        coming=coming,
        ships_on=first_ship_day(batch, site_id),
        quotas=quotas,
    )
    for demand in standings:
        before = shared.before[demand.demand_id]
        shared.effects[demand.demand_id] = Effect(
            demand.demand_id, before.shares, tuple(demand.shares), before.on, demand.on
        )
    return shared


def _free(coming: dict[int, list[Coming]]) -> dict[int, dict[int, Decimal]]:
    return {item: {supply.supply_id: supply.free for supply in supplies} for item, supplies in coming.items()}


def written(shares: Sequence[Share]) -> list[list[Any]]:
    """Shares as a run keeps them, in one order."""
    rows = [[share.supply_id, f"{share.quantity.normalize():f}", share.on.isoformat()] for share in shares]
    return sorted(rows, key=str)


def read_shares(text: str) -> list[Share]:
    return [
        Share(supply_id, Decimal(quantity), date.fromisoformat(on))
        for supply_id, quantity, on in json.loads(text)
    ]
