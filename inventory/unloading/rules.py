"""What of a count is taken in, what is over, and what is missing. No database."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Counted:
    """So much of a line was counted in one lot; "" where it has none."""

    lot: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Split:
    """What comes into stock, lot by lot; what is over, and what is missing that nobody has reported yet."""

    taken: list[Counted]
    over: Decimal
    short: Decimal


def split(counted: Sequence[Counted], *, expected: Decimal, reported: Decimal, complete: bool) -> Split:
    """Divide a line's count: up to what is expected in the order of counting, the rest is over.

    `reported`: what of the expected was reported missing before. `complete`: everything is unloaded, so that what was
    not counted is short.
    """
    left, taken = max(expected, ZERO), []
    for each in counted:
        quantity = min(each.quantity, left)
        if quantity > 0:
            taken.append(Counted(each.lot, quantity))
            left -= quantity
    over = sum((each.quantity for each in counted), ZERO) - (max(expected, ZERO) - left)
    return Split(taken, over, max(left - reported, ZERO) if complete else ZERO)
