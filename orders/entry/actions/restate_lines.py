"""The written half of an amendment: an order's lines as they are wanted now."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from erp.kernel.batch import Batch
from orders.entry.changes import Change, Plan, columns_of
from orders.entry.gates import LineOutcome
from orders.entry.models import LineDemand, OrderLine
from orders.entry.needs import links_of, needs_of
from orders.entry.reads import LineFacts


def restate_lines(batch: Batch, order_id: int, change: Change, requested_on: date) -> None:
    """Changed, added and cancelled lines. A changed line starts afresh: its quantity is what is wanted now."""
    old, new = change.rows(new=False), change.rows(new=True)
    batch.update(
        OrderLine,
        [plan.row.line_id for plan, *_ in old if plan.row is not None],
        cancelled_quantity=Decimal(0),
        requested_on=requested_on,
        **_columns(old),
        add={"version": 1},
    )
    batch.insert(
        OrderLine,
        id=[fact.line_id for _, fact, _ in new],
        order=order_id,
        line=[plan.number for plan, *_ in new],
        item=[fact.item_id for _, fact, _ in new],
        description=[fact.name for _, fact, _ in new],
        requested_on=requested_on,
        **_columns(new),
    )
    needs = needs_of([fact for _, fact, _ in new], [outcome.stock_quantity for *_, outcome in new])
    batch.insert(LineDemand, **links_of(needs, {}))
    batch.update(
        OrderLine,
        [row.line_id for row in change.dropped],
        cancelled_quantity=[row.quantity for row in change.dropped],
        net=Decimal(0),
        add={"version": 1},
    )


def _columns(rows: Sequence[tuple[Plan, LineFacts, LineOutcome]]) -> dict[str, list[Any]]:
    return columns_of(
        [plan.request for plan, *_ in rows], [fact for _, fact, _ in rows], [outcome for *_, outcome in rows]
    )
