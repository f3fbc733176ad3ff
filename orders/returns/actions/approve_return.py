"""Let a return come: within its limits by whoever may approve, beyond them by somebody else (RM01)."""

from dataclasses import dataclass

from erp.kernel.access import permit
from erp.kernel.batch import Batch
from erp.kernel.command import command
from orders.returns.errors import OwnReturn
from orders.returns.models import CustomerReturn, ReturnLine
from orders.returns.reads import LockedReturn, lock_lines, lock_return

APPROVE = permit("orders.approve_return", "customer_service", "process_owner")
APPROVE_BEYOND = permit("orders.approve_return_beyond_limit", "process_owner")
WAIVE = permit("orders.waive_restocking_fee", "process_owner")


@dataclass(frozen=True, slots=True)
class ApprovedReturn:
    return_id: int


@command("orders.approve_return")
def approve_return(batch: Batch, *, return_id: int, waive_fee: bool = False) -> ApprovedReturn:
    """Authorise the goods to come back. Approving twice changes nothing.

    Raises OwnReturn and NotPermitted where the return exceeds a limit, NotPermitted for a fee waived without the
    right, WrongReturnState.
    """
    rma = lock_return(batch, return_id)
    scope = {"company": rma.company_id, "site": rma.site_id}
    batch.actor.require(APPROVE, **scope)
    if rma.state == CustomerReturn.State.APPROVED:
        return ApprovedReturn(return_id)
    rma.refuse_unless(CustomerReturn.State.REQUESTED, remedy="Only a requested return is approved.")
    if rma.exceeds:
        refuse_beyond(batch, rma, rma.exceeds)
    if waive_fee:
        batch.actor.require(WAIVE, **scope)
        batch.update(ReturnLine, list(lock_lines(batch, return_id)), fee_percent=0)
    batch.update(
        CustomerReturn,
        [return_id],
        state=CustomerReturn.State.APPROVED.value,
        approved_at=batch.now,
        approved_by=batch.actor.name,
    )
    batch.decide(
        "orders.approve_return", CustomerReturn, return_id, {"exceeds": rma.exceeds, "fee_waived": waive_fee}
    )
    return ApprovedReturn(return_id)


def refuse_beyond(batch: Batch, rma: LockedReturn, exceeds: str) -> None:
    """Beyond a limit somebody else decides, with the right to. Raises NotPermitted, OwnReturn."""
    batch.actor.require(APPROVE_BEYOND, company=rma.company_id, site=rma.site_id)
    if rma.requested_by == batch.actor.name:
        raise OwnReturn(number=rma.number, exceeds=exceeds)
