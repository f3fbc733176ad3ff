"""End a return: refused, called off, or closed short of what was authorised."""

from dataclasses import dataclass

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from orders.returns.actions.approve_return import APPROVE
from orders.returns.actions.request_return import REQUEST
from orders.returns.errors import WrongReturnState
from orders.returns.models import CustomerReturn
from orders.returns.reads import LockedReturn, lock_lines, lock_return, release_rest

State = CustomerReturn.State


@dataclass(frozen=True, slots=True)
class EndedReturn:
    return_id: int


@command("orders.reject_return")
def reject_return(batch: Batch, *, return_id: int, reason: str) -> EndedReturn:
    """Refuse a requested return; its goods may be asked back again. Raises WrongReturnState, BadInput."""
    rma = _open(batch, return_id, APPROVE, reason)
    rma.refuse_unless(
        State.REQUESTED, remedy="Only a requested return is rejected; cancel or close it instead."
    )
    return _end(batch, rma, State.REJECTED, reason)


@command("orders.cancel_return")
def cancel_return(batch: Batch, *, return_id: int, reason: str) -> EndedReturn:
    """Call a return off before anything has come. Raises WrongReturnState, BadInput."""
    rma = _open(batch, return_id, REQUEST, reason)
    rma.refuse_unless(
        State.REQUESTED, State.APPROVED, remedy="Goods have come already: inspect and close it."
    )
    if rma.received_at is not None:
        raise WrongReturnState(
            number=rma.number, state="partly received", remedy="Close it instead; what came stays."
        )
    return _end(batch, rma, State.CANCELLED, reason)


@command("orders.close_return")
def close_return(batch: Batch, *, return_id: int, reason: str) -> EndedReturn:
    """Close a return whose rest will not come: what came stays as it is, the rest may be asked back again.

    Raises WrongReturnState while goods wait for inspection, for credit or aside at the dock; BadInput.
    """
    rma = _open(batch, return_id, REQUEST, reason)
    rma.refuse_unless(
        State.APPROVED, remedy="Only an approved return without goods to inspect or to credit is closed."
    )
    if rma.received_at is None:
        raise WrongReturnState(number=rma.number, state="not received", remedy="Cancel it instead.")
    return _end(batch, rma, State.CLOSED, reason)


def _open(batch: Batch, return_id: int, right: str, reason: str) -> LockedReturn:
    rma = lock_return(batch, return_id)
    batch.actor.require(right, company=rma.company_id, site=rma.site_id)
    if not reason.strip():
        raise BadInput(field="reason", reason="say why the return ends.")
    return rma


def _end(batch: Batch, rma: LockedReturn, state: State, reason: str) -> EndedReturn:
    lines = list(lock_lines(batch, rma.id).values())
    if any(line.excess for line in lines):
        raise WrongReturnState(
            number=rma.number, state="holding goods aside", remedy="Decide what happens to them first."
        )
    release_rest(batch, lines)
    batch.update(
        CustomerReturn,
        [rma.id],
        state=state.value,
        closed_at=batch.now,
        closed_by=batch.actor.name,
        closing_reason=reason.strip()[:200],
    )
    batch.decide(f"orders.return_{state.value}", CustomerReturn, rma.id, {"reason": reason.strip()[:200]})
    return EndedReturn(rma.id)
