"""What payers owe beyond open orders, asked of the rooms above: they register what they know."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from erp.kernel.batch import Batch

Owed = Callable[[Batch, Sequence[int]], dict[int, Decimal]]
OWED: list[Owed] = []


def owed(function: Owed) -> Owed:
    """Register (batch, customer ids) -> {customer id: receivables open less cash not yet applied}."""
    OWED.append(function)
    return function
