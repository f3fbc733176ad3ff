"""What a payer owes beyond open orders, asked of the rooms above: they register what they know."""

from collections.abc import Callable
from decimal import Decimal

from erp.kernel.batch import Batch

Owed = Callable[[Batch, int], Decimal]
OWED: list[Owed] = []


def owed(function: Owed) -> Owed:
    """Register (batch, customer id) -> amount: receivables open less cash not yet applied, in the payer's currency."""
    OWED.append(function)
    return function
