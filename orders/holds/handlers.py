"""Holds keep an order out of the warehouse, and in the house."""

from collections.abc import Sequence

from erp.kernel.batch import Batch
from erp.kernel.events import Refusal
from inventory.outbound.guards import release_guard, ship_guard

from .models import Hold
from .rules import RELEASE_RIGHT

# Of the whole order: open holds first, then what has turned bad since the submit: a customer blocked, a payer over the
# limit. Of single lines: holds of lines, and items that were blocked. What has a released hold of that kind goes on:
# somebody decided so.
REASONS = """
SELECT o.group_id, r.kind, r.detail, 0::bigint FROM orders_salesorder o
CROSS JOIN LATERAL (
    SELECT 1 AS place, h.kind, h.detail FROM orders_hold h
    WHERE h.order_id = o.id AND h.released_at IS NULL AND h.line_id IS NULL
    UNION ALL
    SELECT 2, 'blocked', 'The customer was blocked after the order. Finance or the process owner unblocks.'
    FROM masterdata_customer c WHERE c.id IN (o.customer_id, o.bill_to_id) AND c.is_blocked
      AND NOT EXISTS (SELECT 1 FROM orders_hold h WHERE h.order_id = o.id AND h.kind = 'blocked')
    UNION ALL
    SELECT 3, 'credit', 'The payer owes ' || a.exposure || ', more than the limit of ' || a."limit"
        || '. A payment or a new limit lets it go.'
    FROM orders_creditaccount a WHERE a.customer_id = o.bill_to_id AND a.exposure > a."limit"
      AND NOT EXISTS (SELECT 1 FROM orders_hold h WHERE h.order_id = o.id AND h.kind = 'credit')
    ORDER BY 1 LIMIT 1) r
WHERE o.group_id = ANY(%s::bigint[])
UNION ALL
SELECT o.group_id, h.kind, h.detail, ld.demand_id FROM orders_salesorder o
JOIN orders_hold h ON h.order_id = o.id AND h.released_at IS NULL JOIN orders_linedemand ld ON ld.line_id = h.line_id
WHERE o.group_id = ANY(%s::bigint[])
UNION ALL
SELECT d.group_id, 'item', i.code || ' was blocked after the order. Its steward unblocks it, or the line is cancelled.',
    d.id
FROM inventory_demand d JOIN masterdata_item i ON i.id = d.item_id AND i.status = 'blocked'
JOIN orders_linedemand ld ON ld.demand_id = d.id
WHERE d.group_id = ANY(%s::bigint[]) AND d.ordered > d.shipped + d.cancelled
  AND NOT EXISTS (SELECT 1 FROM orders_hold h WHERE h.line_id = ld.line_id AND h.kind = 'item')"""


@release_guard.check
@ship_guard.check
def refuse_held(batch: Batch, group_ids: Sequence[int]) -> list[Refusal]:
    """One refusal per group or demand that may not go on: the kind, a sentence, who lets it go (OC05, CR01)."""
    ids = list(group_ids)
    return [
        Refusal(
            group_id,
            f"orders.hold.{kind}",
            f"{Hold.Kind(kind).label}. {detail}",
            RELEASE_RIGHT[kind],
            demand_id,
        )
        for group_id, kind, detail, demand_id in batch.read(REASONS, ids, ids, ids)
    ]
