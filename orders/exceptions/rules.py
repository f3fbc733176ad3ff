"""What comes first: money at risk against time to promise (OC06)."""

from datetime import date
from decimal import Decimal

TENFOLD_DAYS = 10  # ten times the money counts as much as a promise this many days nearer
PLACES = Decimal("0.0001")


def rank_of(amount: Decimal, promised_on: date) -> Decimal:
    """The place of an entry: the highest is worked first.

    Money counts by its order of magnitude, time by the day. As every day brings all promises a day nearer, the rank
    of an entry never changes by itself: it is kept with the row and indexed.
    """
    weight = (1 + max(amount, Decimal(0))).log10() * TENFOLD_DAYS
    return (weight - promised_on.toordinal()).quantize(PLACES)
