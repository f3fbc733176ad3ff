"""Promising: what of each demand comes from stock, what from which dated supply, what from nowhere yet (AT01)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One demand: `quantity` of an item, in its stock unit, not before `on`."""

    item_id: int
    quantity: Decimal
    on: date


@dataclass(slots=True)
class Coming:
    """One supply with `free` still to be promised."""

    supply_id: int
    due_on: date
    free: Decimal


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a demand: from stock (`supply_id` None) or from a supply, leaving on `on`."""

    supply_id: int | None
    quantity: Decimal
    on: date


@dataclass(slots=True)
class Promise:
    """What one demand gets. `short` has no supply yet; `on` is when the last part leaves, None if some never can."""

    shares: list[Share] = field(default_factory=list)
    short: Decimal = ZERO

    @property
    def reserved(self) -> Decimal:
        return sum((share.quantity for share in self.shares if share.supply_id is None), ZERO)

    @property
    def on(self) -> date | None:
        return None if self.short or not self.shares else max(share.on for share in self.shares)


def plan_promises(
    wanted: Sequence[Wanted],
    *,
    free: dict[int, Decimal],
    coming: dict[int, list[Coming]],
    ships_on: date,
) -> list[Promise]:
    """A promise for each demand in the order given; consumes `free` (by item) and `coming` as it goes.

    Stock first, then supplies by due date. `ships_on` is the first day stock can leave; nothing leaves before it
    is wanted. Nobody borrows from an earlier promise: `free` and `coming` hold only what is not promised yet.
    """
    promises = []
    for demand in wanted:
        promise, open_quantity = Promise(), demand.quantity
        taken = min(open_quantity, free.get(demand.item_id, ZERO))
        if taken > 0:
            free[demand.item_id] -= taken
            open_quantity -= taken
            promise.shares.append(Share(None, taken, max(ships_on, demand.on)))
        for supply in coming.get(demand.item_id, ()):
            if not open_quantity:
                break
            taken = min(open_quantity, supply.free)
            if taken > 0:
                supply.free -= taken
                open_quantity -= taken
                promise.shares.append(Share(supply.supply_id, taken, max(ships_on, demand.on, supply.due_on)))
        promise.short = open_quantity
        promises.append(promise)
    return promises
