"""Who works what does not match. Nothing leaves the house, so it can be taken back."""

from collections.abc import Sequence
from dataclasses import dataclass

from billing.exceptions.owners import check_owner
from billing.payables.models import MatchException
from billing.payables.permissions import WORK_MATCH
from billing.payables.reads import FORMER_OWNERS, LOCK_EXCEPTIONS
from erp.kernel.batch import Batch, Row
from erp.kernel.command import command


@dataclass(frozen=True, slots=True)
class AssignedExceptions:
    """Exceptions that changed hands."""

    exception_ids: list[int]


@command("billing.assign_match_exceptions")
def assign_exceptions(
    batch: Batch, *, exception_ids: Sequence[int], owner_id: int | None
) -> AssignedExceptions:
    """Give open exceptions to a user who may work them, or to nobody (None). Raises OwnerCannotWork, NotFound."""
    rows = _lock(batch, exception_ids)
    check_owner(owner_id, WORK_MATCH, ((row[5], None) for row in rows))
    return _give(batch, rows, {row[0]: owner_id for row in rows})


@command("billing.return_match_exceptions")
def return_exceptions(batch: Batch, *, exception_ids: Sequence[int]) -> AssignedExceptions:
    """Undo: give open exceptions back to whoever had them before the actor's last assignment."""
    rows = _lock(batch, exception_ids)
    former = dict(batch.read(FORMER_OWNERS, [row[0] for row in rows], batch.actor.name))
    return _give(batch, [row for row in rows if row[0] in former], former)


def _lock(batch: Batch, exception_ids: Sequence[int]) -> list[Row]:
    rows = batch.read(LOCK_EXCEPTIONS, sorted(set(exception_ids)))
    for company_id in sorted({row[5] for row in rows}):
        batch.actor.require(WORK_MATCH, company=company_id)
    return rows


def _give(batch: Batch, rows: Sequence[Row], owners: dict[int, int | None]) -> AssignedExceptions:
    ids = [row[0] for row in rows]
    batch.update(MatchException, ids, owner=[owners[pk] for pk in ids], add={"version": 1})
    for row in rows:
        outcome = {"from": row[6], "to": owners[row[0]]}
        batch.decide("billing.assign_match_exceptions", MatchException, row[0], outcome)
    return AssignedExceptions(ids)
