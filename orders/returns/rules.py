"""Who answers for a return, what it costs, and how far it has come. No database, no clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import accumulate
from math import ceil

from erp.kernel.money import round_money
from erp.kernel.quantity import STOCK_STEP

from .errors import ReturnLineRefused
from .models import CustomerReturn, Reason

State = CustomerReturn.State
ZERO = Decimal(0)

CUSTOMER, US, CARRIER = "customer", "us", "carrier"
ANSWERS_FOR = {
    Reason.NOT_NEEDED: CUSTOMER,
    Reason.ORDERED_WRONG: CUSTOMER,
    Reason.SHIPPED_WRONG: US,
    Reason.DEFECTIVE: US,
    Reason.SHORT_DATED: US,
    Reason.TRANSIT: CARRIER,
}


@dataclass(frozen=True, slots=True)
class ReturnLineRequest:
    """What of one shipment line is to come back, in the stock unit; a lot where several lots had left."""

    shipment_line_id: int
    quantity: Decimal
    reason: str
    lot_id: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """One line's counters, in the stock unit."""

    quantity: Decimal
    cancelled: Decimal = ZERO
    received: Decimal = ZERO
    disposed: Decimal = ZERO
    creditable: Decimal = ZERO
    credited: Decimal = ZERO
    excess: Decimal = ZERO


def fee_percent(reason: str, policy: Decimal) -> Decimal:
    """The restocking fee of a reason: the policy's where the customer answers for it, else none."""
    return policy if ANSWERS_FOR[Reason(reason)] == CUSTOMER else ZERO


def paid(*, quantity: Decimal, line_quantity: Decimal, line_net: Decimal, currency: str) -> Decimal:
    """The share of a line's net price that `quantity` of its `line_quantity` was sold for."""
    return round_money(line_net * quantity / line_quantity, currency) if line_quantity else ZERO


def spread(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """`total` shared by weight, each share to six decimals; the shares make the total exactly.

    Weights are not negative, and one of them is more than nothing.
    """
    whole = sum(weights, ZERO)
    reached = [
        (total * weight / whole).quantize(STOCK_STEP, rounding=ROUND_HALF_UP)
        for weight in accumulate(weights)
    ]
    return [after - before for before, after in zip([ZERO, *reached], reached, strict=False)]


def kits_until(*, kits: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """How many of `kits` the first `part` of a component's `whole` quantity stands for; all of it for all of them."""
    return (kits * part / whole).quantize(STOCK_STEP, rounding=ROUND_HALF_UP)


def kits_begun(parts: Iterable[tuple[Decimal, Decimal, Decimal]]) -> Decimal:
    """Whole kits of which anything comes back, from (kits, part, whole) of each component; exact, so that rounding
    begins none."""
    return Decimal(
        ceil(sum(Fraction(kits) * Fraction(part) / Fraction(whole) for kits, part, whole in parts))
    )


def refuse_uncountable(*, line: int, quantity: Decimal, unit: str, decimals: int) -> None:
    """Raise ReturnLineRefused unless `quantity` is above zero and the stock unit is counted so finely (20)."""
    if quantity <= 0 or quantity != round(quantity, decimals):
        raise ReturnLineRefused(
            line=line, reason=f"the quantity is above zero, in {unit} with {decimals} decimals."
        )


def above_limit(*, net: Decimal, limit: Decimal, currency: str) -> str:
    """How a return passes the limit on its value; nothing when it does not."""
    return f"its value of {currency} {net} is above the limit of {limit}" if net > limit else ""


def exceeds(
    *, net: Decimal, limit: Decimal, currency: str, shipped_on: Iterable[date], today: date, window_days: int
) -> str:
    """Which limits a return passes, as one sentence; nothing when it keeps within them."""
    found = [above_limit(net=net, limit=limit, currency=currency)]
    oldest = min(shipped_on)
    age = (today - oldest).days
    if age > window_days:
        found.append(f"its goods left {age} days ago, outside the window of {window_days}")
    said = " and ".join(limit for limit in found if limit)
    return f"{said}." if said else ""


def standing(lines: Iterable[Progress]) -> str:
    """Where an approved return stands by its lines: what is to be done next, the dock's work first."""
    lines = list(lines)
    if any(line.received > line.disposed for line in lines):
        return State.RECEIVED.value
    if any(line.creditable > line.credited for line in lines):
        return State.INSPECTED.value
    if any(line.quantity > line.cancelled + line.received or line.excess for line in lines):
        return State.APPROVED.value
    return State.CLOSED.value
