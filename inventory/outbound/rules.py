"""What of a group may be released, and from which bins it is taken."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class OpenDemand:
    """A demand at release: `reserved` from stock of what is still `open`, of which `working` is out already."""

    demand_id: int
    group_id: int
    item_id: int
    open: Decimal
    reserved: Decimal
    working: Decimal

    @property
    def releasable(self) -> Decimal:
        return max(self.reserved - self.working, ZERO)

    @property
    def is_complete(self) -> bool:
        return self.reserved >= self.open


@dataclass(slots=True)
class BinStock:
    """What lies in one bin and is bound to no pick."""

    balance_id: int
    item_id: int
    free: Decimal
    expires_on: date | None
    pick_sequence: int


@dataclass(frozen=True, slots=True)
class Take:
    """A quantity to pick from one balance for one demand."""

    demand_id: int
    balance_id: int
    quantity: Decimal


def to_release(demands: Sequence[OpenDemand], ship_rule: str) -> list[OpenDemand]:
    """The demands of one group that its ship rule lets go now: whole order, whole lines, or what is there."""
    ready = [demand for demand in demands if demand.releasable]
    if ship_rule == "complete" and not all(demand.is_complete for demand in demands):
        return []
    if ship_rule == "line":
        return [demand for demand in ready if demand.is_complete]
    return ready


def bind(
    demands: Sequence[OpenDemand], bins: Sequence[BinStock], *, not_before: date | None = None
) -> tuple[list[Take], dict[int, Decimal]]:
    """Bins for each demand, first expired first, then in walking order; and what no bin could give, by demand.

    Lots that expire before `not_before` are left where they are. Consumes `bins`.
    """
    by_item: defaultdict[int, list[BinStock]] = defaultdict(list)
    for stock in sorted(
        bins, key=lambda stock: (stock.expires_on or date.max, stock.pick_sequence, stock.balance_id)
    ):
        if not_before is None or stock.expires_on is None or stock.expires_on >= not_before:
            by_item[stock.item_id].append(stock)
    takes: list[Take] = []
    missing: dict[int, Decimal] = {}
    for demand in demands:
        wanted = demand.releasable
        queue = by_item[demand.item_id]
        while wanted and queue:
            taken = min(wanted, queue[0].free)
            if taken > 0:
                takes.append(Take(demand.demand_id, queue[0].balance_id, taken))
                queue[0].free -= taken
                wanted -= taken
            if not queue[0].free:
                queue.pop(0)
        if wanted:
            missing[demand.demand_id] = wanted
    return takes, missing
