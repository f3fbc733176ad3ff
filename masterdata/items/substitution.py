"""What may come instead of an item: pure, over the rules that hold on a day (AT05)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from erp.kernel.quantity import UnitFactor

STEPS = 5  # of a chain; further successors are offered once the first of them is gone
STRENGTH = ("superseded", "equivalent", "upgrade")


@dataclass(frozen=True, slots=True)
class Link:
    """One rule in one direction: `ratio` stock units of `to_id` stand in for one stock unit of `from_id`."""

    rule_id: int
    from_id: int
    to_id: int
    kind: str
    ratio: Fraction
    own_price: bool
    rank: int


@dataclass(frozen=True, slots=True)
class StandIn:
    """What may come instead of an item, by one rule or by several in a row.

    A chain is an upgrade when one of its steps is, superseded when all are; its price is its own when one step's is.
    """

    item_id: int
    kind: str = "superseded"
    ratio: Fraction = Fraction(1)
    own_price: bool = False
    rules: tuple[int, ...] = ()

    def then(self, link: Link) -> "StandIn":
        return StandIn(
            link.to_id,
            max(self.kind, link.kind, key=STRENGTH.index),
            self.ratio * link.ratio,
            self.own_price or link.own_price,
            (*self.rules, link.rule_id),
        )


def stand_ins(item_id: int, links: Iterable[Link]) -> list[StandIn]:
    """What may come instead of the item, in chain order: the fewest steps first, among equals by rank.

    Each item comes once, by the way that comes first.
    """
    by_item: defaultdict[int, list[Link]] = defaultdict(list)
    for link in sorted(links, key=lambda link: (link.rank, link.rule_id)):
        by_item[link.from_id].append(link)
    found: list[StandIn] = []
    seen, level = {item_id}, [StandIn(item_id)]
    for _step in range(STEPS):
        further = []
        for place in level:
            for link in by_item[place.item_id]:
                if link.to_id not in seen:
                    seen.add(link.to_id)
                    further.append(place.then(link))
        found += further
        level = further
    return found


def successors(item_id: int, links: Iterable[Link]) -> list[StandIn]:
    """Those of the stand-ins that replaced the item for good, the first successor first."""
    return stand_ins(item_id, [link for link in links if link.kind == "superseded"])


@dataclass(frozen=True, slots=True)
class Pack:
    """How an item is sold: its sales unit, and the stock unit it is counted in."""

    code: str
    name: str
    sell: UnitFactor
    stock: UnitFactor

    def offered(self, quantity: Fraction) -> tuple[Decimal, str]:
        """`quantity` stock units as they are offered: in the sales unit where that comes out even, else in the stock
        unit, rounded up to what can be counted."""
        in_packs = quantity / self.sell.fraction
        packs = _rounded_up(in_packs, self.sell.decimals)
        if Fraction(packs) == in_packs:
            return packs, self.sell.unit
        return _rounded_up(quantity, self.stock.decimals), self.stock.unit


def _rounded_up(value: Fraction, decimals: int) -> Decimal:
    scaled = value * 10**decimals
    whole = -(-scaled.numerator // scaled.denominator)
    return Decimal(whole).scaleb(-decimals)
