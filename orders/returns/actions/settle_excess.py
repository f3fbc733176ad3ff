"""Decide about goods set aside at the dock: authorise them, or send them back to the customer."""

from collections.abc import Sequence
from dataclasses import dataclass

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from erp.kernel.quantity import sum_by
from inventory.outbound.models import ShipmentLine
from orders.returns.actions.approve_return import APPROVE, refuse_beyond
from orders.returns.errors import NothingSetAside, ReturnLineRefused
from orders.returns.free_goods import given_with, taken_back
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
from orders.returns.rules import ZERO, ReturnLineRequest, above_limit, paid

SHIPPED_AS = """
SELECT l.id, d.line_id, l.item_id FROM inventory_shipmentline l
JOIN orders_linedemand d ON d.demand_id = l.demand_id WHERE l.id = ANY(%s::bigint[])"""


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
    outcome: dict[str, object] = {
        "authorised": authorise,
        "reason": reason.strip()[:200],
        "lines": [[o.id, o.excess] for o in over],
    }
    if authorise and (free := _authorise(batch, rma, list(lines.values()), over)):
        outcome["free"] = [[each.shipment_line_id, each.quantity] for each in free]
    batch.update(ReturnLine, [line.id for line in over], excess=0)
    write_standing(batch, rma, list(lock_lines(batch, return_id).values()))
    batch.decide("orders.settle_excess", CustomerReturn, return_id, outcome)
    return SettledExcess(return_id)


def _authorise(
    batch: Batch, rma: LockedReturn, lines: list[LockedLine], over: list[LockedLine]
) -> list[ReturnLineRequest]:
    """The lines ask back what is set aside too, of what shipped with their lot, and within the limit on the value.

    The free goods that it had earned come back with it, on lines of their own: they are what this returns.
    """
    if whole := next((line for line in over if line.kits is not None), None):
        raise ReturnLineRefused(
            line=lines.index(whole) + 1,
            reason=f"{whole.code} is part of {whole.sold_as}, which returns whole. Send it back.",
        )
    asked = [ReturnLineRequest(line.shipment_line_id, line.excess, line.reason, line.lot_id) for line in over]
    own = {line.shipment_line_id for line in over}
    gifts = given_with(batch, sorted(own))
    ids = sorted(own | {line_id for each in gifts for line_id in (*each.paid, *each.free)})
    counts = {row[0]: (row[1], row[2]) for row in batch.read(LOCK_SHIPPED_LINES, ids)}
    of_lot = {(row[0], row[1]): row[2] - row[4] for row in batch.read(LEFT_BY_LOT, ids, ids)}
    given = taken_back(asked, (), gifts, counts, of_lot)
    free = {line_id: shipped - returned for line_id, (shipped, returned) in counts.items()}
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
    more = sum_by((each.shipment_line_id, each.quantity) for each in (*asked, *given))
    batch.update(ShipmentLine, list(more), add={"returned": list(more.values())})
    batch.update(
        ReturnLine,
        [line.id for line in over],
        quantity=[line.quantity + line.excess for line in over],
        net=[net[line.id] for line in over],
    )
    batch.update(CustomerReturn, [rma.id], add={"net": added})
    _ask_back(batch, rma, len(lines), given)
    return given


def _ask_back(batch: Batch, rma: LockedReturn, last: int, given: Sequence[ReturnLineRequest]) -> None:
    """Free goods as the return's last lines, for nothing, as they were given."""
    if not given:
        return
    of_line = {row[0]: row[1:] for row in batch.read(SHIPPED_AS, [each.shipment_line_id for each in given])}
    batch.insert(
        ReturnLine,
        rma=rma.id,
        line=[last + place for place in range(1, len(given) + 1)],
        shipment_line=[each.shipment_line_id for each in given],
        order_line=[of_line[each.shipment_line_id][0] for each in given],
        item=[of_line[each.shipment_line_id][1] for each in given],
        lot=[each.lot_id for each in given],
        reason=[each.reason for each in given],
        quantity=[each.quantity for each in given],
        net=ZERO,
        fee_percent=ZERO,
    )
