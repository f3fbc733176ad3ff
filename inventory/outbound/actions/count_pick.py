"""Counting at the bin: each scan adds to what the picker holds, the last one records the pick."""

from dataclasses import dataclass
from decimal import Decimal

from erp.kernel.batch import Batch
from erp.kernel.command import command
from inventory.outbound.errors import PickRefused
from inventory.outbound.models import Pick

from .record_picks import Picked, lock_to_pick, record_picks, refuse_expired


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
    _, _, picks = lock_to_pick(batch, shipment_id)
    open_picks = {row[0]: row for row in picks if row[5] is None}
    if pick_id not in open_picks:
        raise PickRefused(line=pick_id, reason="this pick is complete already.")
    row = open_picks[pick_id]
    if change > 0:
        refuse_expired(row)
    wanted, counted = row[4], row[6]
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
