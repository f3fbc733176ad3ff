"""Counting at the bin: each scan adds to what the picker holds, the last one records the pick."""

from dataclasses import dataclass
from decimal import Decimal

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import NotFound
from inventory.outbound.errors import PickRefused, WrongShipmentState
from inventory.outbound.models import Pick, Shipment
from inventory.outbound.reads import PICKS, SHIPMENTS

from .record_picks import PICK, Picked, record_picks


@dataclass(frozen=True, slots=True)
class Counted:
    """Where one pick stands after a scan; `open` is how many picks the shipment has left."""

    pick_id: int
    counted: str
    wanted: str
    open: int


@command("inventory.count_pick")
def count_pick(batch: Batch, *, shipment_id: int, pick_id: int, change: Decimal) -> Counted:
    """Add to (or with a negative `change` take from) what was counted for one open pick, in the stock unit.

    Reaching the quantity asked for records the pick. Nothing is counted beyond it, nor below zero: raises
    PickRefused, and WrongShipmentState when the shipment is not being picked.
    """
    rows = batch.read(SHIPMENTS, [shipment_id])
    if not rows:
        raise NotFound(what="shipment", reference=shipment_id)
    ((_, number, state, company_id, site_id, *_),) = rows
    batch.actor.require(PICK, company=company_id, site=site_id)
    if state != Shipment.State.RELEASED:
        raise WrongShipmentState(
            shipment=number,
            state=Shipment.State(state).label.lower(),
            remedy="Only a shipment that is still to pick can be picked.",
        )
    open_picks = {row[0]: row for row in batch.read(PICKS, shipment_id) if row[5] is None}
    if pick_id not in open_picks:
        raise PickRefused(line=pick_id, reason="this pick is complete already.")
    _, _, _, _, wanted, _, counted = open_picks[pick_id]
    counted += change
    if counted > wanted:
        raise PickRefused(line=pick_id, reason=f"{counted:f} is more than the {wanted:f} asked for.")
    if counted < 0:
        raise PickRefused(line=pick_id, reason="nothing is counted that could be taken back.")
    if counted == wanted:
        left = record_picks.inside(batch, shipment_id=shipment_id, picks=[Picked(pick_id, wanted)]).open
    else:
        batch.update(Pick, [pick_id], counted=counted)
        left = len(open_picks)
    return Counted(pick_id, str(counted), str(wanted), left)
