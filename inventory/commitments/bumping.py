"""Who gives up stock that is not there any more: those who are served last (design.md 6, AT06, AT07)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from .redistribution import rank
from .rules import Standing
from .sharing import ZERO


def bump(
    standings: Sequence[Standing], *, short: Mapping[int, Decimal], bound: Mapping[int, Decimal]
) -> list[Standing]:
    """Take `short` (by item) back from reservations, the last served first; those who lost some, first served first.

    By stance, priority, requested date, and who asked first. What was bought for one demand is taken after all else.
    `bound` (by demand) is what the warehouse has in hand: that stays, so less than `short` may be found.
    """
    left = dict(short)
    bumped = []
    for demand in sorted(standings, key=_turn, reverse=True):
        loose = demand.reserved - bound.get(demand.demand_id, ZERO)
        lost = min(left.get(demand.item_id, ZERO), loose)
        if lost > 0:
            left[demand.item_id] -= demand.lose(None, lost)
            bumped.append(demand)
    return bumped[::-1]


def _turn(demand: Standing) -> tuple[object, ...]:
    return not demand.bought, rank(demand), demand.requested_on, demand.demand_id
