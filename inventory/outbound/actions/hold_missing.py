"""What a picker did not find: put on hold in its bin, and promised anew from elsewhere (WH08, AT06)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from erp.kernel.batch import Batch
from inventory.commitments.actions.write_promises import remember, write_promises
from inventory.commitments.models import PromiseEvent
from inventory.commitments.queries import first_ship_day, lock_open_supply, lock_standings, quotas_of
from inventory.commitments.rules import replan
from inventory.outbound.models import Pick, Shipment
from inventory.outbound.reads import LOCK_DEMANDS, PLACES
from inventory.stock.actions.post_increase import Source, write_entries
from inventory.stock.actions.post_move import Move, sides
from inventory.stock.models import Status, StockPosting
from inventory.stock.reads import Place, StockRow, lock_balances, lock_site_stock


@dataclass(frozen=True, slots=True)
class Missing:
    """What one pick lacked, in the stock unit, and why."""

    line_id: int
    demand_id: int
    balance_id: int
    quantity: Decimal
    reason: str


def hold_missing(
    batch: Batch, *, shipment_id: int, company_id: int, site_id: int, missing: Sequence[Missing]
) -> None:
    """Move what is missing from available to hold (what has expired: to expired), let go of its reservation and plan
    the demand again.

    The shipment and its picks are locked by the caller. The goods may turn up at the next count: until then they
    keep their value and nobody is promised them. The number of statements does not depend on the picks.
    """
    places = {
        row[0]: (row[1], row[2], row[3]) for row in batch.read(PLACES, [each.balance_id for each in missing])
    }
    by_item: defaultdict[int, Decimal] = defaultdict(Decimal)
    for each in missing:
        by_item[places[each.balance_id][0]] += each.quantity
    accounting_on, stock = lock_site_stock(
        batch, company_id=company_id, site_id=site_id, item_ids=list(by_item), effective_at=batch.now
    )
    batch.write(LOCK_DEMANDS, shipment_id)
    standings = lock_standings(batch, [each.demand_id for each in missing])
    coming = lock_open_supply(batch, site_id=site_id, item_ids=sorted(by_item))
    ships_on = first_ship_day(batch, site_id)

    before = remember(standings)
    by_demand = {demand.demand_id: demand for demand in standings}
    for each in missing:
        by_demand[each.demand_id].lose(None, each.quantity)
    # Available and reserved fall by the same quantity, so what was free before is free after.
    free = {item_id: row.available - row.reserved for item_id, row in stock.items()}
    quotas = quotas_of(batch, site_id=site_id, item_ids=sorted(by_item))
    replan(standings, free=free, coming=coming, ships_on=ships_on, quotas=quotas)
    promises = write_promises(
        batch,
        standings,
        before,
        cause=PromiseEvent.Cause.SHORT_PICK,
        stock_ids={item_id: row.id for item_id, row in stock.items()},
        lost=by_item,
    )
    _move_to_hold(batch, shipment_id, company_id, site_id, accounting_on, missing, places, stock)
    batch.decide("inventory.record_picks", Shipment, shipment_id, _why(missing, places, promises))


def _move_to_hold(
    batch: Batch,
    shipment_id: int,
    company_id: int,
    site_id: int,
    accounting_on: date,
    missing: Sequence[Missing],
    places: dict[int, tuple[int, int, int | None]],
    stock: dict[int, StockRow],
) -> None:
    from_places: list[Place] = [(*places[each.balance_id], Status.AVAILABLE.value) for each in missing]
    to_places: list[Place] = [(*places[each.balance_id], _set_aside_as(each)) for each in missing]
    moves = [
        Move(source, target, each.quantity, each.line_id)
        for source, target, each in zip(from_places, to_places, missing, strict=True)
    ]
    write_entries(
        batch,
        source=Source(
            kind=StockPosting.Kind.MOVE.value,
            company_id=company_id,
            site_id=site_id,
            document="inventory.shipment",
            document_id=shipment_id,
            accounting_on=accounting_on,
        ),
        entries=sides(moves, stock),
        balance_ids=lock_balances(batch, site_id=site_id, places=from_places + to_places),
        unbinds=True,
    )


def _set_aside_as(missing: Missing) -> str:
    """What was not found may turn up; what has expired is known."""
    return (Status.EXPIRED if missing.reason == Pick.ShortReason.EXPIRED else Status.HOLD).value


def _why(
    missing: Sequence[Missing], places: dict[int, tuple[int, int, int | None]], promises: list[dict[str, Any]]
) -> dict[str, Any]:
    count = len(missing)
    return {
        "sentence": f"{count} pick{'s were' if count > 1 else ' was'} short; what is missing is on hold in its bin.",
        "missing": [
            [each.line_id, places[each.balance_id][0], places[each.balance_id][1], each.quantity, each.reason]
            for each in missing
        ],
        "promises": promises,
    }
