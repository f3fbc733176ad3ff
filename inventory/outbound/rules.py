"""What of a group may be released, and from which bins it is taken."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from django.utils.translation import gettext as _

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
    wanted: Decimal = ZERO  # ordered, without what is cancelled
    ship_rule: str = ""  # of this line alone: partial, line; blank: the delivery's

    @property
    def covered(self) -> Decimal:
        """How much of what is wanted has left or is reserved, from 0 to 1."""
        wanted = self.wanted or self.open
        return min((wanted - self.open + self.reserved) / wanted, Decimal(1))

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


@dataclass(frozen=True, slots=True)
class ShipRule:
    """How a delivery may leave (OC07): whole, in whole lines or as it comes; from which fill on; in how many parts.

    A line with a rule of its own does not wait for the others: `partial` leaves as it comes, `line` as a whole.
    """

    rule: str
    minimum_fill_percent: int = 0
    maximum_shipments: int = 0  # 0: any number
    made: int = 0  # shipments that have left or are under way


def to_release(demands: Sequence[OpenDemand], ship: ShipRule) -> list[OpenDemand]:
    """The demands of one delivery that its ship rule lets go now."""
    waits = bool(why_not_now(demands, ship))
    return [
        demand
        for demand in demands
        if demand.releasable
        and (not waits or demand.ship_rule)
        and ((demand.ship_rule or ship.rule) != "line" or demand.is_complete)
    ]


def why_not_now(demands: Sequence[OpenDemand], ship: ShipRule) -> str:
    """What the delivery waits for, in one sentence; empty where its rule lets go what is there."""
    bound = [demand for demand in demands if not demand.ship_rule]
    missing = sum(not demand.is_complete for demand in bound)
    fill = fill_percent([demand.covered for demand in bound])
    return _waits(ship, len(bound), missing, fill, _("are not in stock yet"))


@dataclass(frozen=True, slots=True)
class LeavingDemand:
    """A demand at ship-confirm: what is wanted, has left and leaves now."""

    demand_id: int
    item_id: int
    wanted: Decimal
    shipped: Decimal
    ship_rule: str
    leaving: Decimal

    @property
    def is_complete(self) -> bool:
        return self.shipped + self.leaving >= self.wanted


def why_not_ship(demands: Sequence[LeavingDemand], ship: ShipRule) -> str:
    """Why what was picked may not leave: short at picking where the customer takes no parts. Empty where it may."""
    bound = [demand for demand in demands if not demand.ship_rule]
    torn = sum(
        (demand.ship_rule or ship.rule) == "line" and demand.leaving > 0 and not demand.is_complete
        for demand in demands
    )
    if torn:
        return _("Whole lines only: %(n)s were short at picking.") % {"n": torn}
    if not any(demand.leaving for demand in bound):
        return ""
    missing = sum(not demand.is_complete for demand in bound)
    fill = fill_percent([min((d.shipped + d.leaving) / d.wanted, Decimal(1)) for d in bound])
    return _waits(ship, len(bound), missing, fill, _("are not with it"))


def fill_percent(covered: Sequence[Decimal]) -> Decimal:
    """The mean of the lines' fill in percent, rounded down; every line counts alike, whatever its unit."""
    if not covered:
        return Decimal(100)
    return (sum(covered, ZERO) * 100 / len(covered)).quantize(Decimal(1), rounding=ROUND_FLOOR)


def _waits(ship: ShipRule, lines: int, missing: int, fill: Decimal, words: str) -> str:
    told = {"n": missing, "of": lines, "words": words}
    if ship.rule == "complete" and missing:
        return _("Whole order only: %(n)s of %(of)s lines %(words)s.") % told
    if ship.maximum_shipments and ship.made + 1 >= ship.maximum_shipments and missing:
        return _("At most %(most)s shipments, the last takes everything: %(n)s of %(of)s lines %(words)s.") % {
            **told, "most": ship.maximum_shipments,
        }  # fmt: skip
    if fill < ship.minimum_fill_percent:
        least = {"least": ship.minimum_fill_percent, "fill": fill}
        return _("At least %(least)s %% of the order, and %(fill)s %% is there.") % least
    return ""


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
