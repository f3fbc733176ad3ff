"""Draft what customers must be told about promises that moved (OC09)."""

from collections import defaultdict
from collections.abc import Sequence

from django.utils import translation

from erp.kernel.batch import Batch, Row
from orders.messages.models import OrderMessage
from orders.messages.reads import DROP_DRAFTS, LOCK_DRAFTED, LOCK_ORDERS, OPEN_LINES
from orders.messages.rules import OpenLine, write_notice


def draft_notices(batch: Batch, *, demand_ids: Sequence[int]) -> int:
    """Write the orders' drafts anew from what is promised now; how many there are.

    An order has one draft at most. What is again as the customer knows it needs none. Idempotent.
    """
    return _draft(batch, [row[0] for row in batch.read(LOCK_ORDERS, sorted(set(demand_ids)))])


def redraft_notices(batch: Batch, *, order_ids: Sequence[int]) -> int:
    """Let the drafts of orders that were amended or cancelled say what holds now; how many are left. Idempotent."""
    return _draft(batch, [row[0] for row in batch.read(LOCK_DRAFTED, sorted(set(order_ids)))])


def _draft(batch: Batch, orders: list[int]) -> int:
    if not orders:
        return 0
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in batch.read(OPEN_LINES, orders):
        found[row[0]].append(row)
    drafts = []
    for order_id, rows in found.items():
        _order, number, customer_po, company_id, name, email, language = rows[0][:7]
        lines = [OpenLine(*row[7:]) for row in rows]
        with translation.override(language):
            text = write_notice(number=number, customer_po=customer_po, name=name, lines=lines)
        if text is not None:
            drafts.append((order_id, company_id, email, language, text, lines))
    batch.write(DROP_DRAFTS, orders)
    batch.insert(
        OrderMessage,
        order=[draft[0] for draft in drafts],
        company=[draft[1] for draft in drafts],
        state=OrderMessage.State.DRAFT.value,
        language=[draft[3] for draft in drafts],
        recipient=[draft[2] for draft in drafts],
        subject=[draft[4].subject[:200] for draft in drafts],
        body=[draft[4].body for draft in drafts],
        told=[{str(line.demand_id): line.on for line in draft[5]} for draft in drafts],
        later=[any(line.is_later for line in draft[5]) for draft in drafts],
        drafted_at=batch.now,
        decided_by="",
        reason="",
    )
    return len(drafts)
