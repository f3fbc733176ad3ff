"""What has reached its customer did leave: a reversal would say that it never had."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.events import Refusal

from .guards import reverse_guard
from .permissions import WITHDRAW_DELIVERY
from .reads import RECEIVED


@reverse_guard.check
def refuse_delivered_shipments(batch: Batch, shipment_ids: Sequence[int]) -> list[Refusal]:
    """Goods that the customer has signed for come back as a return."""
    return [
        Refusal(
            shipment_id,
            "inventory.delivered",
            _(
                "its delivery is on record. Goods that come back are a return; a wrong record is taken back first."
            ),
            WITHDRAW_DELIVERY,
        )
        for (shipment_id,) in batch.read(RECEIVED, sorted(shipment_ids))
    ]
