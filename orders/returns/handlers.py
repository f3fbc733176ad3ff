"""What is to come back keeps its shipment from being reversed."""

from collections.abc import Sequence

from erp.kernel.batch import Batch
from erp.kernel.events import Refusal
from inventory.outbound.guards import reverse_guard

RETURNING = """
SELECT DISTINCT l.shipment_id FROM inventory_shipmentline l
WHERE l.shipment_id = ANY(%s::bigint[]) AND l.returned > 0"""


@reverse_guard.check
def refuse_returning(batch: Batch, shipment_ids: Sequence[int]) -> list[Refusal]:
    """A shipment with a return leaves by that return; the two together would take its goods back twice."""
    return [
        Refusal(
            shipment_id,
            "orders.returning",
            "A return was opened for it. Receive or cancel the return instead.",
            "customer_service",
        )
        for (shipment_id,) in batch.read(RETURNING, sorted(shipment_ids))
    ]
