"""Decide about goods set aside at the dock: authorise them, or send them back to the customer."""

from dataclasses import dataclass

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from erp.kernel.quantity import sum_by
from inventory.outbound.models import ShipmentLine
from orders.returns.actions.approve_return import APPROVE, refuse_beyond
from orders.returns.errors import NothingSetAside, ReturnLineRefused
from orders.returns.models import CustomerReturn, ReturnLine
from orders.returns.policies import APPROVAL_LIMIT
from orders.returns.reads import (
    LEFT_BY_LOT,
    LOCK_SHIPPED_LINES,
    LockedLine,
    LockedReturn,
    lock_lines,
    lock_return,
    write_standing,
)
from orders.returns.rules import ZERO, above_limit, paid


@dataclass(frozen=True, slots=True)
class SettledExcess:
    return_id: int


@command("orders.settle_excess")
def settle_excess(batch: Batch, *, return_id: int, authorise: bool, reason: str) -> SettledExcess:
    """Authorise everything set aside, so that the dock receives it, or note that it went back to the customer.

    Raises NothingSetAside, BadInput; ReturnLineRefused where it is more than what was shipped or a part of a kit,
    NotPermitted and OwnReturn where it carries the return beyond the limit on its value.
    """
    rma = lock_return(batch, return_id)
    batch.actor.require(APPROVE, company=rma.company_id, site=rma.site_id)
    if not reason.strip():
        raise BadInput(field="reason", reason="say why.")
    lines = lock_lines(batch, return_id)
    over = [line for line in lines.values() if line.excess]
    if not over:
        raise NothingSetAside(number=rma.number)
    outcome = {
        "authorised": authorise,
        "reason": reason.strip()[:200],
        "lines": [[o.id, o.excess] for o in over],
    }
    if authorise:
        _authorise(batch, rma, list(lines.values()), over)
    batch.update(ReturnLine, [line.id for line in over], excess=0)
    for line in over:
        line.excess = ZERO
    write_standing(batch, rma, list(lines.values()))
    batch.decide("orders.settle_excess", CustomerReturn, return_id, outcome)
    return SettledExcess(return_id)


def _authorise(batch: Batch, rma: LockedReturn, lines: list[LockedLine], over: list[LockedLine]) -> None:
    """The lines ask back what is set aside too, of what shipped with their lot, and within the limit on the value."""
    if whole := next((line for line in over if line.kits is not None), None):
        raise ReturnLineRefused(
            line=lines.index(whole) + 1,
            reason=f"{whole.code} is part of {whole.sold_as}, which returns whole. Send it back.",
        )
    more = sum_by((line.shipment_line_id, line.excess) for line in over)
    ids = sorted(more)
    free = {row[0]: row[1] - row[2] for row in batch.read(LOCK_SHIPPED_LINES, ids)}
    of_lot = {(row[0], row[1]): row[2] - row[4] for row in batch.read(LEFT_BY_LOT, ids, ids)}
    for line in over:
        left = min(free[line.shipment_line_id], of_lot[line.shipment_line_id, line.lot_id])
        if line.excess > left:
            raise ReturnLineRefused(
                line=lines.index(line) + 1,
                reason=f"only {left.normalize():f} more were shipped. Send the rest back.",
            )
        free[line.shipment_line_id] -= line.excess
        of_lot[line.shipment_line_id, line.lot_id] -= line.excess
    net = {
        line.id: paid(
            quantity=line.quantity + line.excess,
            line_quantity=line.quantity,
            line_net=line.net,
            currency=rma.paid_in,
        )
        for line in over
    }
    added = sum((net[line.id] - line.net for line in over), ZERO)
    limit = APPROVAL_LIMIT.value(on=batch.now.date(), company=rma.company_id)
    beyond = above_limit(net=rma.net + added, limit=limit, currency=rma.paid_in)
    if beyond or rma.exceeds:
        refuse_beyond(batch, rma, f"{beyond}." if beyond else rma.exceeds)
    batch.update(ShipmentLine, list(more), add={"returned": list(more.values())})
    batch.update(
        ReturnLine,
        [line.id for line in over],
        quantity=[line.quantity + line.excess for line in over],
        net=[net[line.id] for line in over],
    )
    batch.update(CustomerReturn, [rma.id], add={"net": added})
    for line in over:
        line.quantity += line.excess
