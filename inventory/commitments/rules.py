"""Promising: what of each demand comes from stock, what from which dated supply, what from nowhere yet (AT01)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .sharing import ZERO, Claim, Quota, allot, serve


@dataclass(frozen=True, slots=True)
class Wanted:
    """One demand: `quantity` of an item, in its stock unit, not before `on`. `method`: a SupplyMethod.

    `kit`: demands with the same number are components of the same kits of `kit_item_id`, with `per_kit` of the item
    in each.
    """

    item_id: int
    quantity: Decimal
    on: date
    method: str = "stock"
    kit: int | None = None
    kit_item_id: int | None = None
    per_kit: Decimal | None = None
    ship_rule: str = ""  # of its own; blank: the delivery's

    @property
    def bought(self) -> bool:
        """Whether only what is bought for it serves it (OC12)."""
        return self.method != "stock"


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


def whole_kits(parts: Iterable[tuple[Decimal, Decimal]]) -> Decimal:
    """How many whole kits these components make: of each the quantity, and how much of it is in one kit."""
    return min((quantity // per_kit for quantity, per_kit in parts), default=ZERO)


def promise_of_kits(parts: Sequence[tuple[Promise, Decimal]], kits: Decimal) -> Promise:
    """What the promises of a kit's components make of `kits` whole ones; beside each, how much is in one kit.

    A kit is there when its last component is. Its share names the supply of that component, or stock where all are in
    stock.
    """
    promise, had = Promise(), whole_kits((each.reserved, per_kit) for each, per_kit in parts)
    if had:
        days = [share.on for each, _ in parts for share in each.shares if share.supply_id is None]
        promise.shares.append(Share(None, had, max(days)))
    later = [share for each, _ in parts for share in each.shares if share.supply_id is not None]
    for last in sorted(later, key=_arrival):
        made = whole_kits(
            (sum((share.quantity for share in each.shares if _is_there(share, last)), ZERO), per_kit)
            for each, per_kit in parts
        )
        if made > had:
            promise.shares.append(Share(last.supply_id, made - had, last.on))
            had = made
    promise.short = kits - had
    return promise


def _arrival(share: Share) -> tuple[date, int]:
    return share.on, share.supply_id or 0


def _is_there(share: Share, last: Share) -> bool:
    return share.supply_id is None or _arrival(share) <= _arrival(last)


def plan_promises(
    wanted: Sequence[Wanted],
    *,
    free: dict[int, Decimal],
    coming: Mapping[int, list[Coming]],
    ships_on: date,
    stock_until: date = date.max,
) -> list[Promise]:
    """A promise for each demand in the order given; consumes `free` (by item) and `coming` as it goes.

    Stock first, then supplies by due date; what is wanted after `stock_until` leans on the last supplies that come
    in time, so that stock stays free for those who want it now (AT04). `ships_on` is the first day stock can
    leave; nothing leaves before it is wanted. Nobody borrows from an earlier promise: `free` and `coming` hold
    only what is not promised yet. What is to be bought for a demand is short until it is.
    """
    promises = []
    for demand in wanted:
        promise, open_quantity = Promise(), demand.quantity
        if demand.bought:
            promise.short = open_quantity
            promises.append(promise)
            continue
        if demand.on > stock_until:
            for supply in reversed(coming.get(demand.item_id, ())):
                taken = min(open_quantity, supply.free) if supply.due_on <= demand.on else ZERO
                if taken > 0:
                    supply.free -= taken
                    open_quantity -= taken
                    promise.shares.append(Share(supply.supply_id, taken, max(ships_on, demand.on)))
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
class Standing:
    """One open demand and what is promised to it. `open`: ordered, neither shipped nor cancelled."""

    demand_id: int
    item_id: int
    requested_on: date
    promised_on: date | None
    open: Decimal
    shares: list[Share]
    priority: int = 5  # 1 first
    fair: bool = False  # shares in proportion with those of its priority
    class_id: int | None = None  # the customer's class
    step: Decimal = Decimal(1)  # the least quantity its unit knows
    stance: str = "redistribute"  # AllocationPolicy.Stance: what a re-allocation run may do to it
    method: str = "stock"  # SupplyMethod
    cap: Decimal | None = None  # it is never promised more than this

    @property
    def bought(self) -> bool:
        """Whether it gets what was bought for it, all of that, and nothing else (OC12)."""
        return self.method != "stock"

    @property
    def most(self) -> Decimal:
        return self.open if self.cap is None else min(self.open, self.cap)

    @property
    def wants(self) -> Decimal:
        """What it may still be promised beyond what it has."""
        return max(ZERO, self.most - self.open + self.uncovered)

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

    def give_up(self) -> list[Share]:
        """Give back everything; what that was."""
        held, self.shares = self.shares, []
        return held

    def forgo(self, quantity: Decimal) -> list[Share]:
        """Want `quantity` less; what it gives back of what comes last. Stock stays, and is never more than wanted."""
        self.open -= quantity
        given, beyond = [], max(ZERO, -self.uncovered)
        for share in sorted(
            self.shares, key=lambda share: (share.supply_id is not None, share.on), reverse=True
        ):
            lost = self.lose(share.supply_id, min(beyond, share.quantity)) if beyond else ZERO
            if lost:
                given.append(Share(share.supply_id, lost, share.on))
                beyond -= lost
        return given

    def claim(self, wants: Decimal) -> Claim:
        return Claim(self.demand_id, wants, self.priority, self.fair, self.class_id, self.step)


def in_turn(standings: Iterable[Standing]) -> list[Standing]:
    """Who is served first when there is not enough: priority class, requested date, then who asked first (AT06)."""
    return sorted(standings, key=lambda demand: (demand.priority, demand.requested_on, demand.demand_id))


def let_go(
    standings: Iterable[Standing], *, free: dict[int, Decimal], coming: Mapping[int, list[Coming]]
) -> None:
    """Take every promise of these demands back into `free` and `coming`."""
    for demand in standings:
        take_back(demand.item_id, demand.give_up(), free=free, coming=coming)


def take_back(
    item_id: int, shares: Iterable[Share], *, free: dict[int, Decimal], coming: Mapping[int, list[Coming]]
) -> None:
    """What was given up is free again; what comes to a customer's door is not among `coming` and stays nobody's."""
    supplies = {supply.supply_id: supply for supply in coming.get(item_id, ())}
    for share in shares:
        if share.supply_id is None:
            free[item_id] = free.get(item_id, ZERO) + share.quantity
        elif share.supply_id in supplies:
            supplies[share.supply_id].free += share.quantity


def arrive(
    standings: Sequence[Standing], *, arrived: Mapping[int, Decimal], ships_on: date
) -> dict[int, Decimal]:
    """What leaned on a supply that has come is kept from it first, for whom it was bought before all others, then in
    the order given; what is left by supply."""
    left = dict(arrived)
    for demand in sorted(standings, key=lambda demand: not demand.bought):
        for share in list(demand.shares):
            if share.supply_id is not None and left.get(share.supply_id):
                kept = demand.lose(share.supply_id, left[share.supply_id])
                left[share.supply_id] -= kept
                demand.gain(None, kept, max(ships_on, demand.requested_on))
    return left


def replan(
    standings: Sequence[Standing],
    *,
    free: dict[int, Decimal],
    coming: Mapping[int, list[Coming]],
    ships_on: date,
    quotas: Mapping[int, Sequence[Quota]] | None = None,
) -> None:
    """Promise anew what is not in stock yet, in the order given: free stock first, then supplies by due date.

    Stock replaces what has no supply, then what would arrive last; the supplies so freed serve those behind.
    What a demand already has stays, unless it gets the same sooner. Quotas (by item) keep stock from other
    classes. Who waits for what is bought for it is passed over. Consumes `free` (by item), `coming` and the quotas as
    it goes.
    """
    by_item: dict[int, list[Standing]] = {}
    for demand in standings:
        if not demand.bought:
            by_item.setdefault(demand.item_id, []).append(demand)
    for item_id, demands in by_item.items():
        supplies = sorted(coming.get(item_id, ()), key=lambda supply: (supply.due_on, supply.supply_id))
        claims = [demand.claim(max(ZERO, demand.most - demand.reserved)) for demand in demands]
        got = allot(claims, free.get(item_id, ZERO), (quotas or {}).get(item_id, ()))
        for demand in demands:
            if demand.demand_id in got:
                _take_stock(demand, got[demand.demand_id], supplies, ships_on)
                free[item_id] -= got[demand.demand_id]
        for supply in supplies:
            got = serve([demand.claim(demand.wants) for demand in demands], supply.free)
            for demand in demands:
                if demand.demand_id in got:
                    supply.free -= got[demand.demand_id]
                    day = max(ships_on, demand.requested_on, supply.due_on)
                    demand.gain(supply.supply_id, got[demand.demand_id], day)


def _take_stock(demand: Standing, quantity: Decimal, supplies: Sequence[Coming], ships_on: date) -> None:
    """From stock instead of from nowhere, then instead of what comes last."""
    handed_back = quantity - min(quantity, demand.wants)
    for share in sorted(demand.shares, key=lambda share: share.on, reverse=True):
        if handed_back and share.supply_id is not None:
            returned = demand.lose(share.supply_id, handed_back)
            handed_back -= returned
            for supply in supplies:
                if supply.supply_id == share.supply_id:
                    supply.free += returned
    demand.gain(None, quantity, max(ships_on, demand.requested_on))
