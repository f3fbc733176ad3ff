"""Decide about goods set aside at the dock: authorise them, or send them back to the customer."""

from dataclasses import dataclass

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from erp.kernel.quantity import sum_by
from inventory.outbound.models import ShipmentLine
from orders.returns.actions.approve_return import APPROVE
from orders.returns.errors import NothingSetAside, ReturnLineRefused
from orders.returns.models import CustomerReturn, ReturnLine
from orders.returns.reads import LOCK_SHIPPED_LINES, LockedLine, lock_lines, lock_return, write_standing
from orders.returns.rules import ZERO, paid


@dataclass(frozen=True, slots=True)
class SettledExcess:
    return_id: int


@command("orders.settle_excess")
def settle_excess(batch: Batch, *, return_id: int, authorise: bool, reason: str) -> SettledExcess:
    """Authorise everything set aside, so that the dock receives it, or note that it went back to the customer.

    Raises NothingSetAside, ReturnLineRefused where it is more than what was shipped, BadInput.
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
        _authorise(batch, rma.currency, list(lines.values()), over)
    batch.update(ReturnLine, [line.id for line in over], excess=0)
    for line in over:
        line.excess = ZERO
    write_standing(batch, rma, list(lines.values()))
    batch.decide("orders.settle_excess", CustomerReturn, return_id, outcome)
    return SettledExcess(return_id)


def _authorise(batch: Batch, currency: str, lines: list[LockedLine], over: list[LockedLine]) -> None:
    more = sum_by((line.shipment_line_id, line.excess) for line in over)
    free = {row[0]: row[1] - row[2] for row in batch.read(LOCK_SHIPPED_LINES, sorted(more))}
    for line in over:
        if more[line.shipment_line_id] > free[line.shipment_line_id]:
            raise ReturnLineRefused(
                line=lines.index(line) + 1,
                reason=f"only {free[line.shipment_line_id].normalize():f} more were shipped. Send the rest back.",
            )
    batch.update(ShipmentLine, list(more), add={"returned": list(more.values())})
    batch.update(
        ReturnLine,
        [line.id for line in over],
        quantity=[line.quantity + line.excess for line in over],
        net=[
            paid(
                quantity=line.quantity + line.excess,
                line_quantity=line.quantity,
                line_net=line.net,
                currency=currency,
            )
            for line in over
        ],
    )
    for line in over:
        line.quantity += line.excess
