"""Billing tells what it credited: the return's lines count it, and the last credit closes the return."""

from collections.abc import Sequence
from decimal import Decimal

from erp.kernel.batch import Batch
from orders.returns.models import ReturnLine
from orders.returns.reads import LockedLine, LockedReturn, write_standing


def record_credits(
    batch: Batch, *, rma: LockedReturn, lines: Sequence[LockedLine], credited: dict[int, Decimal]
) -> None:
    """Count quantities (stock unit, by line) as credited; return and lines are locked by the caller."""
    batch.update(ReturnLine, list(credited), add={"credited": list(credited.values())})
    for line in lines:
        line.credited += credited.get(line.id, Decimal(0))
    write_standing(batch, rma, lines, credited_at=batch.now)
