"""Holds keep an order out of the warehouse, and in the house."""

from collections.abc import Sequence

from erp.kernel.batch import Batch
from erp.kernel.events import Refusal
from inventory.outbound.guards import release_guard, ship_guard

from .models import Hold
from .rules import RELEASE_RIGHT

OPEN_HOLDS = """
SELECT DISTINCT ON (o.group_id) o.group_id, h.kind, h.detail FROM orders_hold h
JOIN orders_salesorder o ON o.id = h.order_id
WHERE o.group_id = ANY(%s::bigint[]) AND h.released_at IS NULL ORDER BY o.group_id, h.id"""


@release_guard.check
@ship_guard.check
def refuse_held(batch: Batch, group_ids: Sequence[int]) -> list[Refusal]:
    """One refusal per group with an open hold: its kind, its sentence, the right that lets it go."""
    return [
        Refusal(group_id, f"orders.hold.{kind}", f"{Hold.Kind(kind).label}. {detail}", RELEASE_RIGHT[kind])
        for group_id, kind, detail in batch.read(OPEN_HOLDS, list(group_ids))
    ]
