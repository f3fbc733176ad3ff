"""What of a group may be released, and from which bins it is taken."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from erp.kernel.quantity import sum_by
from inventory.commitments.rules import whole_kits

ZERO = Decimal(0)
PARTS = "parts"  # the rule of a kit whose components may leave without each other
NOTHING: Mapping[int, Decimal] = {}


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
    ship_rule: str = ""  # of this line alone: partial, line, parts; blank: the delivery's
    kit: int | None = None  # the kits that it is a component of
    per_kit: Decimal = ZERO  # of the item in one of them
    most: Decimal | None = None  # of what is reserved: so much is in whole kits

    @property
    def shipped(self) -> Decimal:
        return (self.wanted or self.open) - self.open

    @property
    def covered(self) -> Decimal:
        """How much of what is wanted has left or is reserved, from 0 to 1."""
        wanted = self.wanted or self.open
        return min((wanted - self.open + self.reserved) / wanted, Decimal(1))

    @property
    def releasable(self) -> Decimal:
        goes = self.reserved if self.most is None else min(self.reserved, self.most)
        return max(goes - self.working, ZERO)

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

    A line with a rule of its own does not wait for the others: `partial` leaves as it comes, `line` as a whole. The
    components of a kit leave in whole kits whatever the rule (OC14); only by `parts` do they leave as they come.
    """

    rule: str
    minimum_fill_percent: int = 0
    maximum_shipments: int = 0  # 0: any number
    made: int = 0  # shipments that have left or are under way


def to_release(demands: Sequence[OpenDemand], ship: ShipRule) -> list[OpenDemand]:
    """The demands of one delivery that its ship rule lets go now, components as far as they make whole kits."""
    waits = bool(why_not_now(demands, ship))
    chosen: list[OpenDemand] = []
    for line in by_line(demands):
        rule = line[0].ship_rule
        if (waits and not rule) or ((rule or ship.rule) == "line" and not is_complete(line)):
            continue
        chosen += [demand for demand in in_whole_kits(line) if demand.releasable]
    return chosen


def in_whole_kits(line: Sequence[OpenDemand], missing: Mapping[int, Decimal] = NOTHING) -> list[OpenDemand]:
    """The demands of one line; those of a kit with what of them is in whole ones when so much is missing."""
    if line[0].kit is None or line[0].ship_rule == PARTS:
        return list(line)
    kits = whole_kits(
        (each.shipped + each.working + each.releasable - missing.get(each.demand_id, ZERO), each.per_kit)
        for each in line
    )
    return [replace(each, most=kits * each.per_kit - each.shipped) for each in line]


def why_kits_wait(demands: Sequence[OpenDemand]) -> str:
    """Which kits have components in stock and are not whole, in one sentence; empty where there are none."""
    waiting = sum(
        any(demand.releasable for demand in line)
        and not any(demand.releasable for demand in in_whole_kits(line))
        for line in by_line(demands)
    )
    return (
        ngettext(
            "Whole kits only: %(n)s line waits for a component.",
            "Whole kits only: %(n)s lines wait for a component.",
            waiting,
        )
        % {"n": waiting}
        if waiting
        else ""
    )


def why_not_now(demands: Sequence[OpenDemand], ship: ShipRule) -> str:
    """What the delivery waits for, in one sentence; empty where its rule lets go what is there."""
    bound = [line for line in by_line(demands) if not line[0].ship_rule]
    missing = sum(not is_complete(line) for line in bound)
    fill = fill_percent([min(demand.covered for demand in line) for line in bound])
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
    kit: int | None = None
    per_kit: Decimal = ZERO

    @property
    def is_complete(self) -> bool:
        return self.gone >= self.wanted

    @property
    def gone(self) -> Decimal:
        """When it has left."""
        return self.shipped + self.leaving


AnyDemand = TypeVar("AnyDemand", OpenDemand, LeavingDemand)


def by_line(demands: Sequence[AnyDemand]) -> list[list[AnyDemand]]:
    """The demands by line: the components of a kit together, every other by itself."""
    lines: dict[tuple[bool, int], list[AnyDemand]] = {}
    for demand in demands:
        key = (False, demand.demand_id) if demand.kit is None else (True, demand.kit)
        lines.setdefault(key, []).append(demand)
    return list(lines.values())


def is_complete(line: Sequence[OpenDemand] | Sequence[LeavingDemand]) -> bool:
    """Whether nothing of the line is missing."""
    return all(demand.is_complete for demand in line)


def why_not_ship(demands: Sequence[LeavingDemand], ship: ShipRule) -> str:
    """Why what was picked may not leave: short at picking where the customer takes no parts. Empty where it may."""
    lines = by_line(demands)
    bound = [line for line in lines if not line[0].ship_rule]
    torn = sum(
        (line[0].ship_rule or ship.rule) == "line" and _leaves(line) and not is_complete(line)
        for line in lines
    )
    if torn:
        return _("Whole lines only: %(n)s were short at picking.") % {"n": torn}
    if broken := sum(_is_broken(line) for line in lines):
        return _("Whole kits only: components of %(n)s lines would leave without the others.") % {"n": broken}
    if not any(_leaves(line) for line in bound):
        return ""
    missing = sum(not is_complete(line) for line in bound)
    fill = fill_percent([min(min(d.gone / d.wanted, Decimal(1)) for d in line) for line in bound])
    return _waits(ship, len(bound), missing, fill, _("are not with it"))


def _leaves(line: Sequence[LeavingDemand]) -> bool:
    return any(demand.leaving for demand in line)


def _is_broken(line: Sequence[LeavingDemand]) -> bool:
    """Whether more of a component leaves than whole kits take."""
    if line[0].kit is None or line[0].ship_rule == PARTS:
        return False
    kits = whole_kits((demand.gone, demand.per_kit) for demand in line)
    return any(demand.leaving and demand.gone > kits * demand.per_kit for demand in line)


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

    Where a component of a kit is missing, the others stay with it. Lots that expire before `not_before` are left where
    they are. Consumes `bins`.
    """
    takes, missing = _bind(demands, bins, not_before)
    if not any(demand.kit is not None and demand.demand_id in missing for demand in demands):
        return takes, missing
    wanted = {demand.demand_id: demand.releasable for demand in demands}
    before: list[OpenDemand] = []
    while demands != before:
        for take in takes:
            next(stock for stock in bins if stock.balance_id == take.balance_id).free += take.quantity
        before, demands = list(demands), _whole(demands, missing)
        takes, missing = _bind(demands, bins, not_before)
    bound = sum_by((take.demand_id, take.quantity) for take in takes)
    return takes, {one: q - bound.get(one, ZERO) for one, q in wanted.items() if q > bound.get(one, ZERO)}


def too_old(
    demands: Sequence[OpenDemand],
    bins: Sequence[BinStock],
    missing: Mapping[int, Decimal],
    *,
    not_before: date,
) -> dict[int, Decimal]:
    """What of the `missing`, by demand, lies in lots that expire before `not_before`."""
    old = sum_by(
        (stock.item_id, stock.free)
        for stock in bins
        if stock.expires_on is not None and stock.expires_on < not_before
    )
    found: dict[int, Decimal] = {}
    for demand in demands:
        lies = min(missing.get(demand.demand_id, ZERO), old.get(demand.item_id, ZERO))
        if lies > 0:
            found[demand.demand_id] = lies
            old[demand.item_id] -= lies
    return found


def _whole(demands: Sequence[OpenDemand], missing: Mapping[int, Decimal]) -> list[OpenDemand]:
    return [demand for line in by_line(demands) for demand in in_whole_kits(line, missing)]


def _bind(
    demands: Sequence[OpenDemand], bins: Sequence[BinStock], not_before: date | None
) -> tuple[list[Take], dict[int, Decimal]]:
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
