"""Picking: what was taken from which bin, and why less than asked."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.access import permit
from erp.kernel.batch import Batch, Row
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from inventory.commitments.models import Demand
from inventory.outbound.errors import PickRefused, WrongShipmentState
from inventory.outbound.models import Pick, Shipment, ShipmentLine
from inventory.outbound.reads import LOCK_DEMANDS, SHIPMENT_WITH_PICKS

from .hold_missing import Missing, hold_missing

PICK = permit("inventory.pick", "warehouse")


@dataclass(frozen=True, slots=True)
class Picked:
    """What was taken for one pick, in the stock unit; less than asked needs a reason."""

    pick_id: int
    quantity: Decimal
    short_reason: str = ""


@dataclass(frozen=True, slots=True)
class PickResult:
    """Where the shipment stands: picks still open, and whether anything was short."""

    shipment_id: int
    open: int
    short: int


@command("inventory.record_picks")
def record_picks(batch: Batch, *, shipment_id: int, picks: Sequence[Picked] | None = None) -> PickResult:
    """Record picks of one shipment; None records every open pick in full.

    A pick is recorded once. The last one moves the shipment on to packing; one for which nothing at all was found
    is cancelled. What is missing goes on hold in its bin, and its demand is promised anew from elsewhere. Raises
    PickRefused, WrongShipmentState.
    """
    company_id, site_id, all_picks = lock_to_pick(batch, shipment_id)
    open_picks = {row[0]: row for row in all_picks if row[5] is None}
    if picks is None:
        picks = [Picked(pick_id, row[4]) for pick_id, row in open_picks.items()]
    if len({pick.pick_id for pick in picks}) < len(picks):
        raise BadInput(field="picks", reason="a pick is named twice.")
    by_line: defaultdict[int, Decimal] = defaultdict(Decimal)
    by_demand: defaultdict[int, Decimal] = defaultdict(Decimal)
    for pick in picks:
        row = open_picks.get(pick.pick_id)
        _refuse_wrong(pick, row)
        assert row is not None
        if pick.quantity:
            refuse_expired(row)
        by_line[row[1]] += pick.quantity
        by_demand[row[2]] += pick.quantity
    missing = [
        Missing(row[1], row[2], row[3], row[4] - pick.quantity, pick.short_reason)
        for pick in picks
        if pick.quantity < (row := open_picks[pick.pick_id])[4]
    ]
    if missing:
        hold_missing(batch, shipment_id=shipment_id, company_id=company_id, site_id=site_id, missing=missing)
        batch.update(
            ShipmentLine,
            [each.line_id for each in missing],
            short_reason=[each.reason for each in missing],
        )
    else:
        batch.write(LOCK_DEMANDS, shipment_id)
    batch.update(
        Pick,
        [pick.pick_id for pick in picks],
        picked=[pick.quantity for pick in picks],
        counted=[pick.quantity for pick in picks],
        short_reason=[pick.short_reason for pick in picks],
        picked_at=batch.now,
        picked_by=batch.actor.name,
    )
    batch.update(ShipmentLine, list(by_line), add={"picked": list(by_line.values())})
    batch.update(Demand, list(by_demand), add={"picked": list(by_demand.values())})
    still_open = len(open_picks) - len(picks)
    if not still_open:
        found = sum(by_line.values()) + sum(row[5] for row in all_picks if row[5] is not None)
        reached = Shipment.State.PICKED if found else Shipment.State.CANCELLED
        batch.update(Shipment, [shipment_id], state=reached.value, picked_at=batch.now)
    return PickResult(shipment_id, still_open, len(missing))


def lock_to_pick(batch: Batch, shipment_id: int) -> tuple[int, int, list[Row]]:
    """Company and site of a shipment in picking, and its picks: id, line, demand, balance, asked, picked, counted, and
    the lot where it has expired."""
    rows = batch.read(SHIPMENT_WITH_PICKS, shipment_id, batch.now)
    if not rows:
        raise NotFound(what="shipment", reference=shipment_id)
    number, state, company_id, site_id, *_ = rows[0]
    batch.actor.require(PICK, company=company_id, site=site_id)
    if state != Shipment.State.RELEASED:
        raise WrongShipmentState(
            shipment=number,
            state=Shipment.State(state).label.lower(),
            remedy="Only a shipment that is still to pick can be picked.",
        )
    return company_id, site_id, [row[4:] for row in rows]


def refuse_expired(row: Row) -> None:
    """Raise PickRefused for a pick out of a lot that has expired since it was released."""
    if row[7]:
        words = _("lot %(lot)s has expired. Leave it, and record it short as expired.")
        raise PickRefused(line=row[0], reason=words % {"lot": row[7]})


def _refuse_wrong(pick: Picked, row: Row | None) -> None:
    if row is None:
        raise PickRefused(line=pick.pick_id, reason="this pick is not open; it was recorded before.")
    if not 0 <= pick.quantity <= row[4]:
        raise PickRefused(
            line=pick.pick_id, reason=f"{pick.quantity} is not between 0 and the {row[4]} asked for."
        )
    if pick.short_reason and pick.short_reason not in Pick.ShortReason.values:
        raise PickRefused(line=pick.pick_id, reason=f"“{pick.short_reason}” is no reason for a short pick.")
    if pick.quantity < row[4] and not pick.short_reason:
        raise PickRefused(line=pick.pick_id, reason=f"{pick.quantity} of {row[4]} needs a reason.")
