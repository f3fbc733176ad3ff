"""Take work back from the warehouse before it has left: the goods stay promised, the bins are free again."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from erp.kernel.access import permit
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import NotFound
from inventory.commitments.models import Demand
from inventory.outbound.errors import ReasonMissing, WrongShipmentState
from inventory.outbound.models import Shipment
from inventory.outbound.reads import LOCK_DEMANDS, LOCK_PICKED_BINS, SHIPMENT_WITH_PICKS
from inventory.stock.models import StockBalance

CANCEL = permit("inventory.cancel_shipment", "warehouse", "process_owner")


@dataclass(frozen=True, slots=True)
class Withdrawn:
    shipment_id: int


@command("inventory.cancel_shipment")
def cancel_shipment(batch: Batch, *, shipment_id: int, reason: str) -> Withdrawn:
    """Cancel a shipment that has not left; picked goods count as put back. Cancelling twice changes nothing.

    The demands keep their reservations and can be released again. Raises WrongShipmentState, ReasonMissing.
    """
    rows = batch.read(SHIPMENT_WITH_PICKS, shipment_id, batch.now)
    if not rows:
        raise NotFound(what="shipment", reference=shipment_id)
    number, state, company_id, site_id, *_ = rows[0]
    batch.actor.require(CANCEL, company=company_id, site=site_id)
    if state == Shipment.State.CANCELLED:
        return Withdrawn(shipment_id)
    if state in (Shipment.State.SHIPPED, Shipment.State.REVERSED):
        raise WrongShipmentState(
            shipment=number,
            state=Shipment.State(state).label.lower(),
            remedy="Reverse the shipment instead."
            if state == Shipment.State.SHIPPED
            else "Nothing is left to cancel.",
        )
    if not reason.strip():
        raise ReasonMissing(shipment=number, field="reason")
    bound: defaultdict[int, Decimal] = defaultdict(Decimal)
    picked: defaultdict[int, Decimal] = defaultdict(Decimal)
    for *_, demand_id, balance_id, quantity, taken, _counted, _expired in rows:
        bound[balance_id] -= quantity if taken is None else taken
        picked[demand_id] -= taken or 0
    batch.write(LOCK_DEMANDS, shipment_id)
    batch.write(LOCK_PICKED_BINS, shipment_id)
    batch.update(Demand, list(picked), add={"picked": list(picked.values())})
    batch.update(StockBalance, list(bound), add={"allocated": list(bound.values())})
    batch.update(Shipment, [shipment_id], state=Shipment.State.CANCELLED.value)
    batch.decide(
        "inventory.cancel_shipment",
        Shipment,
        shipment_id,
        {"sentence": f"Cancelled: {reason}", "was": state, "reason": reason},
    )
    return Withdrawn(shipment_id)
