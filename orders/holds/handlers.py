"""Holds keep an order out of the warehouse, and in the house."""

from collections.abc import Sequence

from erp.kernel.batch import Batch
from erp.kernel.events import Refusal
from inventory.outbound.guards import release_guard, ship_guard

from .models import Hold
from .rules import RELEASE_RIGHT

# Open holds first; then what has turned bad since the submit: a customer or an item blocked, a payer over the limit.
# An order whose hold of that kind was released goes on: somebody decided so.
REASONS = """
SELECT o.group_id, r.kind, r.detail FROM orders_salesorder o
CROSS JOIN LATERAL (
    SELECT 1 AS place, h.kind, h.detail FROM orders_hold h WHERE h.order_id = o.id AND h.released_at IS NULL
    UNION ALL
    SELECT 2, 'blocked', 'The customer was blocked after the order. Finance or the process owner unblocks.'
    FROM masterdata_customer c WHERE c.id IN (o.customer_id, o.bill_to_id) AND c.is_blocked
      AND NOT EXISTS (SELECT 1 FROM orders_hold h WHERE h.order_id = o.id AND h.kind = 'blocked')
    UNION ALL
    SELECT 3, 'credit', 'The payer owes ' || a.exposure || ', more than the limit of ' || a."limit"
        || '. A payment or a new limit lets it go.'
    FROM orders_creditaccount a WHERE a.customer_id = o.bill_to_id AND a.exposure > a."limit"
      AND NOT EXISTS (SELECT 1 FROM orders_hold h WHERE h.order_id = o.id AND h.kind = 'credit')
    UNION ALL
    SELECT 4, 'item', min(i.code)
        || ' was blocked after the order. Its steward unblocks it, or the line is cancelled.'
    FROM inventory_demand d JOIN masterdata_item i ON i.id = d.item_id
    WHERE d.group_id = o.group_id AND d.ordered > d.shipped + d.cancelled AND i.status = 'blocked'
      AND NOT EXISTS (SELECT 1 FROM orders_hold h WHERE h.order_id = o.id AND h.kind = 'item')
    HAVING count(*) > 0
    ORDER BY 1 LIMIT 1) r
WHERE o.group_id = ANY(%s::bigint[])"""


@release_guard.check
@ship_guard.check
def refuse_held(batch: Batch, group_ids: Sequence[int]) -> list[Refusal]:
    """One refusal per group that may not go on: the kind, a sentence, the right that lets it go (OC05, CR01)."""
    return [
        Refusal(group_id, f"orders.hold.{kind}", f"{Hold.Kind(kind).label}. {detail}", RELEASE_RIGHT[kind])
        for group_id, kind, detail in batch.read(REASONS, list(group_ids))
    ]
