"""What payers owe beyond open orders, asked of the rooms above: they register what they know."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from erp.kernel.batch import Batch

Owed = Callable[[Batch, Sequence[int]], dict[int, Decimal]]
OWED: list[Owed] = []
OVERDUE: list[str] = []


def owed(function: Owed) -> Owed:
    """Register (batch, customer ids) -> {customer id: receivables open less cash not yet applied}."""
    OWED.append(function)
    return function


def overdue(sql: str) -> str:
    """Register a SELECT of (amount, disputed, due_on): what the payer %s::bigint owes that was due before the day
    %s::date, and what of it they dispute.

    Text rather than a function, so that submit asks all rooms in its own read.
    """
    OVERDUE.append(sql)
    return sql
