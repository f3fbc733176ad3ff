"""What a change of available means for promises: who gives up, who gets (design.md 6, AT06)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from erp.kernel.batch import Batch
from inventory.commitments.actions.write_promises import remember, write_promises
from inventory.commitments.bumping import bump
from inventory.commitments.models import PromiseEvent
from inventory.commitments.queries import (
    first_ship_day,
    lock_open_standings,
    lock_open_supply,
    lock_waiting,
    quotas_of,
)
from inventory.commitments.rules import Coming, Standing, in_turn, replan
from inventory.commitments.sharing import Quota
from inventory.outbound.reads import IN_HAND
from inventory.stock.reads import StockRow

Cause = PromiseEvent.Cause


@dataclass(slots=True)
class Shift:
    """By how much available of each item changes, and who is concerned: locked behind the items' site stock."""

    changes: dict[int, Decimal]
    standings: list[Standing] = field(default_factory=list)
    coming: dict[int, list[Coming]] = field(default_factory=dict)
    bound: dict[int, Decimal] = field(default_factory=dict)  # what the warehouse has in hand, by demand
    quotas: dict[int, list[Quota]] = field(default_factory=dict)
    ships_on: date = date.min

    def of(self, sign: int) -> dict[int, Decimal]:
        """The items of which there is more (1) or less (-1)."""
        return {item_id: change for item_id, change in self.changes.items() if change * sign > 0}


@dataclass(frozen=True, slots=True)
class Shifted:
    """What became of the promises, for the why-record; how many demands gave stock up, and how many got some."""

    promises: list[dict[str, Any]]
    bumped: int
    served: int


def lock_shift(
    batch: Batch, *, site_id: int, stock: Mapping[int, StockRow], changes: Mapping[int, Decimal]
) -> Shift:
    """Lock whoever the changes concern: all who want an item that is reserved beyond what will be left, else those
    who wait for one of which there will be more. The number of statements does not depend on the items."""
    shift = Shift({item_id: change for item_id, change in sorted(changes.items()) if change})
    short, more = short_of(shift, stock), list(shift.of(1))
    if short:
        items = sorted({*short, *more})
        shift.standings = lock_open_standings(batch, site_id=site_id, item_ids=items)
    elif more:
        items = more
        shift.standings = lock_waiting(batch, site_id=site_id, item_ids=more)
    if shift.standings:
        shift.coming = lock_open_supply(batch, site_id=site_id, item_ids=items)
        shift.bound = dict(batch.read(IN_HAND, [demand.demand_id for demand in shift.standings]))
        shift.quotas = quotas_of(batch, site_id=site_id, item_ids=items)
        shift.ships_on = first_ship_day(batch, site_id)
    return shift


def short_of(shift: Shift, stock: Mapping[int, StockRow]) -> dict[int, Decimal]:
    """How much of each item is reserved beyond what will be available."""
    over = {
        item_id: stock[item_id].reserved - stock[item_id].available - change
        for item_id, change in shift.of(-1).items()
    }
    return {item_id: quantity for item_id, quantity in over.items() if quantity > 0}


def settle(batch: Batch, shift: Shift, *, stock: Mapping[int, StockRow], lost_as: Cause) -> Shifted:
    """Write available and the promises that follow from it: less first, then more.

    Who loses stock is promised anew from what comes; what there is more of goes to those who wait. `lost_as` is the
    cause that stands in the promises of the first.
    """
    before, promises = remember(shift.standings), []
    stock_ids = {item_id: stock[item_id].id for item_id in shift.changes}
    less, more = shift.of(-1), shift.of(1)
    bumped: list[Standing] = []
    served = 0
    if less:
        bumped = bump(shift.standings, short=short_of(shift, stock), bound=shift.bound)
        replan(in_turn(bumped), free={}, coming=shift.coming, ships_on=shift.ships_on)
        promises += write_promises(
            batch, bumped, before, cause=lost_as, stock_ids=stock_ids, lost=_negated(less)
        )
    if more:
        waiting = [demand for demand in shift.standings if demand.item_id in more]
        free = {
            item_id: stock[item_id].available + change - stock[item_id].reserved
            for item_id, change in more.items()
        }
        replan(waiting, free=free, coming=shift.coming, ships_on=shift.ships_on, quotas=shift.quotas)
        served = sum(demand.reserved > before[demand.demand_id].reserved for demand in waiting)
        promises += write_promises(
            batch, waiting, before, cause=Cause.FOUND, stock_ids=stock_ids, lost=_negated(more)
        )
    return Shifted(promises, len(bumped), served)


def _negated(changes: Mapping[int, Decimal]) -> dict[int, Decimal]:
    return {item_id: -change for item_id, change in changes.items()}
