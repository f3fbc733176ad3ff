"""Sharing an item's stock and supply anew among all who want it, and who wins and loses by it (AT07)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .rules import Coming, Share, Standing, in_turn, replan
from .sharing import ZERO, Quota

# The order in which stances are served; those of one stance by their priority.
ORDER = ("win", "gain", "redistribute", "fill", "lose")
KEEPS = ("win", "gain")
NEVER_MORE = ("fill", "lose")


def rank(demand: Standing) -> int:
    """The order in which demands are served anew: by stance, those of one stance by their priority."""
    return demand.priority + 100 * ORDER.index(demand.stance)


def redistribute(
    standings: Sequence[Standing],
    *,
    bound: Mapping[int, Decimal],
    free: dict[int, Decimal],
    coming: Mapping[int, list[Coming]],
    ships_on: date,
    quotas: Mapping[int, Sequence[Quota]] | None = None,
) -> None:
    """Promise all of these demands anew by their policies' stance and priority; what was bought for one stays its own.

    `bound` is what of a demand's stock the warehouse has in hand: that stays. Who wins or gains keeps what it has.
    Everyone else gives up what is not bound and is served again; fill and lose get no more than they had.
    Consumes `free`, `coming` and the quotas; changes the standings' priority to the rank they were served by.
    """
    for demand in standings:
        if demand.stance in NEVER_MORE:
            demand.cap = demand.open - demand.uncovered
        demand.priority = rank(demand)
        if demand.stance in KEEPS or demand.bought:
            continue
        supplies = {supply.supply_id: supply for supply in coming.get(demand.item_id, ())}
        for share in list(demand.shares):
            kept = min(share.quantity, bound.get(demand.demand_id, ZERO)) if share.supply_id is None else ZERO
            given = demand.lose(share.supply_id, share.quantity - kept) if share.quantity > kept else ZERO
            if share.supply_id is None:
                free[demand.item_id] = free.get(demand.item_id, ZERO) + given
            else:
                supplies[share.supply_id].free += given
    replan(in_turn(standings), free=free, coming=coming, ships_on=ships_on, quotas=quotas)


@dataclass(frozen=True, slots=True)
class Effect:
    """What sharing anew does to one demand."""

    demand_id: int
    before: tuple[Share, ...]
    after: tuple[Share, ...]
    was_on: date | None
    on: date | None

    @property
    def stock(self) -> Decimal:
        """How much more (or less) of it is in stock."""
        return _stock(self.after) - _stock(self.before)

    @property
    def broken(self) -> bool:
        """Whether the customer gets it later than was promised, or no one can say when."""
        return self.was_on is not None and _day(self.on) > self.was_on

    @property
    def outcome(self) -> str:
        """Judged by the date; where there is none before and after, by the stock."""
        if _day(self.on) != _day(self.was_on):
            return "wins" if _day(self.on) < _day(self.was_on) else "loses"
        if self.on is None and self.stock:
            return "wins" if self.stock > 0 else "loses"
        return "same"


def _stock(shares: Sequence[Share]) -> Decimal:
    return sum((share.quantity for share in shares if share.supply_id is None), ZERO)


def _day(on: date | None) -> date:
    return on or date.max
