"""Promising: what of each demand comes from stock, what from which dated supply, what from nowhere yet (AT01)."""

from collections.abc import Iterable, Mapping, Sequence
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


@dataclass(slots=True)
class Backorder:
    """A demand that still wants stock: `unreserved` of it, partly leaning on supplies {supply: (quantity, date)}."""

    demand_id: int
    item_id: int
    unreserved: Decimal
    priority: int
    requested_on: date
    promised_on: date | None
    leans_on: dict[int, tuple[Decimal, date]] = field(default_factory=dict)

    @property
    def rank(self) -> tuple[int, date, int]:
        """Who is served first when stock arrives: priority, then the original date, then age (AT06)."""
        return self.priority, self.requested_on, self.demand_id

    @property
    def without_supply(self) -> Decimal:
        return self.unreserved - sum((quantity for quantity, _ in self.leans_on.values()), ZERO)


@dataclass(slots=True)
class Reallocation:
    """What an arrival gives one backorder: from the supply it leaned on, and beyond that from free stock."""

    backorder: Backorder
    from_supply: dict[int, Decimal] = field(default_factory=dict)
    from_free: Decimal = ZERO

    @property
    def reserved(self) -> Decimal:
        return sum(self.from_supply.values(), self.from_free)

    def promised_on(self, ships_on: date) -> date | None:
        """The new promise: None while a part has no supply, else the day the last part leaves."""
        left = {
            supply: (quantity - self.from_supply.get(supply, ZERO), on)
            for supply, (quantity, on) in self.backorder.leans_on.items()
        }
        open_parts = [(quantity, on) for quantity, on in left.values() if quantity]
        covered = self.reserved + sum((quantity for quantity, _ in open_parts), ZERO)
        if covered < self.backorder.unreserved:
            return None
        return max([max(ships_on, self.backorder.requested_on), *(on for _, on in open_parts)])


def reallocate(
    backorders: Sequence[Backorder], *, arrived: dict[int, Decimal], free: dict[int, Decimal]
) -> list[Reallocation]:
    """Share what arrived (by supply) and what is free with it (by item) among the backorders, in their rank.

    A promise that leaned on the arriving supply is kept first; then free stock goes to what has no supply at all.
    """
    plans = [Reallocation(backorder) for backorder in sorted(backorders, key=lambda each: each.rank)]
    left, rest = dict(arrived), dict(free)
    for plan in plans:
        for supply, (quantity, _) in plan.backorder.leans_on.items():
            taken = min(quantity, left.get(supply, ZERO), rest.get(plan.backorder.item_id, ZERO))
            if taken > 0:
                plan.from_supply[supply] = taken
                left[supply] -= taken
                rest[plan.backorder.item_id] -= taken
    for plan in plans:
        taken = min(plan.backorder.without_supply, rest.get(plan.backorder.item_id, ZERO))
        if taken > 0:
            plan.from_free = taken
            rest[plan.backorder.item_id] -= taken
    return [plan for plan in plans if plan.reserved]


@dataclass(slots=True)
class Standing:
    """One open demand and what is promised to it. `open`: ordered, neither shipped nor cancelled."""

    demand_id: int
    item_id: int
    requested_on: date
    promised_on: date | None
    open: Decimal
    shares: list[Share]
    priority: int = 5  # 1 first

    @property
    def reserved(self) -> Decimal:
        return sum((share.quantity for share in self.shares if share.supply_id is None), ZERO)

    @property
    def uncovered(self) -> Decimal:
        return self.open - sum((share.quantity for share in self.shares), ZERO)

    @property
    def on(self) -> date | None:
        """When the last part leaves; None while some of it has no supply."""
        return None if self.uncovered > 0 or not self.shares else max(share.on for share in self.shares)

    def gain(self, supply_id: int | None, quantity: Decimal, on: date) -> None:
        """Add to the share of a supply (None: stock)."""
        held = next((share for share in self.shares if share.supply_id == supply_id), None)
        if held is None:
            self.shares.append(Share(supply_id, quantity, on))
        else:
            self.shares[self.shares.index(held)] = Share(
                supply_id, held.quantity + quantity, max(held.on, on)
            )

    def lose(self, supply_id: int | None, quantity: Decimal) -> Decimal:
        """Give back up to `quantity` of the share of a supply (None: stock); how much that was."""
        held = next((share for share in self.shares if share.supply_id == supply_id), None)
        if held is None:
            return ZERO
        lost = min(quantity, held.quantity)
        place = self.shares.index(held)
        self.shares[place : place + 1] = (
            [Share(supply_id, held.quantity - lost, held.on)] if held.quantity > lost else []
        )
        return lost


def in_turn(standings: Iterable[Standing]) -> list[Standing]:
    """Who is served first when there is not enough: priority class, requested date, then who asked first (AT06)."""
    return sorted(standings, key=lambda demand: (demand.priority, demand.requested_on, demand.demand_id))


def replan(
    standings: Sequence[Standing],
    *,
    free: dict[int, Decimal],
    coming: Mapping[int, list[Coming]],
    ships_on: date,
) -> None:
    """Promise anew what is not in stock yet, in the order given: free stock first, then supplies by due date.

    Stock replaces what has no supply, then what would arrive last; the supplies so freed serve those behind.
    What a demand already has from stock stays. Consumes `free` (by item) and `coming` as it goes.
    """
    for demand in standings:
        wanted = min(demand.open - demand.reserved, free.get(demand.item_id, ZERO))
        if wanted <= 0:
            continue
        free[demand.item_id] -= wanted
        handed_back = wanted - min(wanted, demand.uncovered)
        for share in sorted(demand.shares, key=lambda share: share.on, reverse=True):
            if handed_back and share.supply_id is not None:
                returned = demand.lose(share.supply_id, handed_back)
                handed_back -= returned
                for supply in coming.get(demand.item_id, ()):
                    if supply.supply_id == share.supply_id:
                        supply.free += returned
        demand.gain(None, wanted, max(ships_on, demand.requested_on))
    for demand in standings:
        for supply in sorted(coming.get(demand.item_id, ()), key=lambda one: (one.due_on, one.supply_id)):
            taken = min(demand.uncovered, supply.free)
            if taken > 0:
                supply.free -= taken
                demand.gain(supply.supply_id, taken, max(ships_on, demand.requested_on, supply.due_on))
