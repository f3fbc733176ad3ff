"""Write what demands are promised now: the one writer of changed promises."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from erp.kernel.batch import Batch
from inventory.commitments.events import PromisesMoved
from inventory.commitments.models import Commitment, Demand, PromiseEvent, Supply
from inventory.commitments.rules import ZERO, Coming, Share, Standing, take_back
from inventory.stock.models import SiteStock

# The customer asked for these changes and is told by what answers the wish.
ASKED_FOR = (PromiseEvent.Cause.AMENDED, PromiseEvent.Cause.CANCELLED)

KINDS = {
    False: Commitment.Kind.SOFT,
    True: Commitment.Kind.EARMARKED,
}  # by whether it was bought for the demand

LET_GO = "DELETE FROM inventory_commitment c WHERE c.demand_id = ANY(%s::bigint[])"


@dataclass(frozen=True, slots=True)
class Before:
    """What a demand was promised before a verb planned it anew."""

    shares: tuple[Share, ...]
    on: date | None

    @property
    def reserved(self) -> Decimal:
        return sum((share.quantity for share in self.shares if share.supply_id is None), ZERO)


def remember(standings: Sequence[Standing]) -> dict[int, Before]:
    """The present promises by demand: what `write_promises` compares with."""
    return {demand.demand_id: Before(tuple(demand.shares), demand.promised_on) for demand in standings}


def write_promises(
    batch: Batch,
    standings: Sequence[Standing],
    before: Mapping[int, Before],
    *,
    cause: PromiseEvent.Cause,
    stock_ids: Mapping[int, int],
    lost: Mapping[int, Decimal] | None = None,
    received: Mapping[int, Decimal] | None = None,
    cancelled: Mapping[int, Decimal] | None = None,
    given_up: Mapping[int, Decimal] | None = None,
    restated: bool = False,
) -> list[dict[str, Any]]:
    """Write the demands' new shares with the sums that follow from them; what changed, for the why-record.

    Stock, demand and supply rows are locked by the caller; `stock_ids` maps item to SiteStock row. `lost` is what
    went out of available in the same step, by item; `received` and `cancelled` by supply; `given_up` is what a
    demand does not want any more: a row is written once, because its bounds hold only for all of it. `restated`
    demands, of which nothing has shipped, are wanted anew: as much as is open, on the requested date.
    """
    lost, received, cancelled, given_up = lost or {}, received or {}, cancelled or {}, given_up or {}
    changed = [
        demand
        for demand in standings
        if restated
        or given_up.get(demand.demand_id)
        or set(demand.shares) != set(before[demand.demand_id].shares)
        or demand.on != before[demand.demand_id].on
    ]
    by_item: defaultdict[int, Decimal] = defaultdict(Decimal)
    by_supply: defaultdict[int, Decimal] = defaultdict(Decimal)
    for demand in changed:
        for sign, shares in ((-1, before[demand.demand_id].shares), (1, demand.shares)):
            for share in shares:
                if share.supply_id is None:
                    by_item[demand.item_id] += sign * share.quantity
                else:
                    by_supply[share.supply_id] += sign * share.quantity
    items = sorted({item_id for item_id, quantity in by_item.items() if quantity} | set(lost))
    batch.update(
        SiteStock,
        [stock_ids[item_id] for item_id in items],
        add={
            "available": [-lost.get(item_id, ZERO) for item_id in items],
            "reserved": [by_item[item_id] for item_id in items],
        },
    )
    wanted_anew: dict[str, Any] = {
        "ordered": [demand.open for demand in changed],
        "requested_on": [demand.requested_on for demand in changed],
        "cancelled": ZERO,
    }
    counted: dict[str, Any] = {
        "reserved": [demand.reserved - before[demand.demand_id].reserved for demand in changed]
    }
    if given_up:
        counted["cancelled"] = [given_up.get(demand.demand_id, ZERO) for demand in changed]
    batch.update(
        Demand,
        [demand.demand_id for demand in changed],
        add=counted,
        promised_on=[demand.on for demand in changed],
        **(wanted_anew if restated else {}),
    )
    supplies = sorted(
        {supply_id for supply_id, quantity in by_supply.items() if quantity} | set(received) | set(cancelled)
    )
    batch.update(
        Supply,
        supplies,
        add={
            "committed": [by_supply[supply_id] for supply_id in supplies],
            "received": [received.get(supply_id, ZERO) for supply_id in supplies],
            "cancelled": [cancelled.get(supply_id, ZERO) for supply_id in supplies],
        },
    )
    _write_shares(batch, changed)
    moved = [demand for demand in changed if demand.on != before[demand.demand_id].on]
    batch.insert(
        PromiseEvent,
        demand_id=[demand.demand_id for demand in moved],
        old_on=[before[demand.demand_id].on for demand in moved],
        new_on=[demand.on for demand in moved],
        cause=cause.value,
        actor=batch.actor.name,
        effective_at=batch.now,
    )
    if moved and cause not in ASKED_FOR:
        batch.publish(PromisesMoved([demand.demand_id for demand in moved]))
    return [
        {
            "demand": demand.demand_id,
            "from": [[share.supply_id, share.quantity, share.on] for share in demand.shares],
            "was": before[demand.demand_id].on,
            "on": demand.on,
            "short": demand.uncovered,
        }
        for demand in changed
    ]


def cancel_open(
    batch: Batch,
    standings: Sequence[Standing],
    *,
    stock_ids: Mapping[int, int],
    free: dict[int, Decimal],
    coming: Mapping[int, list[Coming]],
    kept: Mapping[int, Decimal] | None = None,
) -> None:
    """Give up what is still open of these demands: stock and supplies that were promised to them are free again.

    `kept`: what of a demand is wanted all the same.
    """
    before = remember(standings)
    given_up = {
        demand.demand_id: demand.open - (kept or {}).get(demand.demand_id, ZERO) for demand in standings
    }
    for demand in standings:
        given = demand.forgo(given_up[demand.demand_id])
        take_back(demand.item_id, given, free=free, coming=coming)
    cause = PromiseEvent.Cause.CANCELLED
    write_promises(batch, standings, before, cause=cause, stock_ids=stock_ids, given_up=given_up)


def _write_shares(batch: Batch, changed: Sequence[Standing]) -> None:
    rows = [(demand.demand_id, share) for demand in changed for share in demand.shares]
    kinds = {demand.demand_id: KINDS[demand.bought].value for demand in changed}
    if changed:
        batch.write(LET_GO, [demand.demand_id for demand in changed])
    batch.insert(
        Commitment,
        demand=[demand_id for demand_id, _ in rows],
        supply=[share.supply_id for _, share in rows],
        quantity=[share.quantity for _, share in rows],
        promised_on=[share.on for _, share in rows],
        kind=[kinds[demand_id] for demand_id, _ in rows],
    )
