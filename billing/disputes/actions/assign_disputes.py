"""Who works a dispute, what it is about, and by when it is answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from billing.disputes.holding import Held, hold_disputes, hold_open, reason_in
from billing.disputes.models import Dispute
from billing.disputes.permissions import WORK_DISPUTE
from billing.disputes.reads import FORMER_OWNERS
from billing.exceptions.owners import check_owner
from billing.receivables.models import Deduction
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from masterdata.records import locked_at


@dataclass(frozen=True, slots=True)
class Assigned:
    """Disputes that changed hands, day or kind."""

    dispute_ids: list[int]


@command("billing.assign_disputes")
def assign_disputes(batch: Batch, *, dispute_ids: Sequence[int], owner_id: int | None) -> Assigned:
    """Give open disputes to a user who may work them, or to nobody (None). Raises OwnerCannotWork, NotFound."""
    found = [one for one in hold_disputes(batch, dispute_ids, WORK_DISPUTE) if not one.is_closed]
    for company_id in sorted({one.company_id for one in found}):
        check_owner(owner_id, WORK_DISPUTE, [(company_id, None)])
    return _give(batch, found, dict.fromkeys((one.id for one in found), owner_id))


@command("billing.return_disputes")
def return_disputes(batch: Batch, *, dispute_ids: Sequence[int]) -> Assigned:
    """Undo: give open disputes back to whoever had them before the actor's last assignment."""
    found = [one for one in hold_disputes(batch, dispute_ids, WORK_DISPUTE) if not one.is_closed]
    former = dict(batch.read(FORMER_OWNERS, [one.id for one in found], batch.actor.name))
    return _give(batch, [one for one in found if one.id in former], former)


@command("billing.change_dispute")
def change_dispute(
    batch: Batch,
    *,
    dispute_id: int,
    kind: str,
    claim: str,
    due_on: date,
    reason: str = "",
    version: int | None = None,
) -> Assigned:
    """Say better what an open dispute is about, or give it another day, for a reason.

    `version` is the one that was looked at; None takes the dispute as it is. Raises DisputeClosed, StaleVersion with
    both values, BadInput.
    """
    one = hold_open(batch, dispute_id, WORK_DISPUTE)
    if kind not in Deduction.values:
        raise BadInput(field="kind", reason=f"one of {', '.join(Deduction.values)}.")
    claim = claim.strip()[:60]
    if version is not None:
        wanted = {"kind": kind, "claim": claim, "due_on": due_on}
        locked_at(Dispute.objects.all(), one.id, version, wanted)
    outcome: dict[str, Any] = {"kind": kind, "claim": claim, "due_on": due_on}
    if due_on != one.due_on:
        if due_on <= one.today:
            raise BadInput(field="due_on", reason="choose a day in the future.")
        outcome["reason"] = reason_in(reason)
    batch.update(Dispute, [one.id], kind=kind, claim=claim, due_on=due_on, add={"version": 1})
    batch.decide("billing.change_dispute", Dispute, one.id, {**outcome, "was_due_on": one.due_on})
    return Assigned([one.id])


def _give(batch: Batch, found: Sequence[Held], owners: dict[int, int | None]) -> Assigned:
    batch.update(
        Dispute, [one.id for one in found], owner=[owners[one.id] for one in found], add={"version": 1}
    )
    for one in found:
        batch.decide("billing.assign_disputes", Dispute, one.id, {"from": one.owner_id, "to": owners[one.id]})
    return Assigned([one.id for one in found])
