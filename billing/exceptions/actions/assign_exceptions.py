"""Who works an exception, and by when. Nothing leaves the house, so both can be taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from billing.exceptions.models import InvoiceException
from billing.exceptions.owners import check_owner
from billing.exceptions.permissions import ACCEPT_EXCEPTION, ASSIGN_EXCEPTION
from billing.exceptions.reads import FORMER_OWNERS
from billing.exceptions.resolving import OpenException, lock_open
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput


@dataclass(frozen=True, slots=True)
class Assigned:
    """Exceptions that changed hands or date."""

    exception_ids: list[int]


@command("billing.assign_exceptions")
def assign_exceptions(batch: Batch, *, exception_ids: Sequence[int], owner_id: int | None) -> Assigned:
    """Give open exceptions to a user who may resolve them, or to nobody (None).

    Raises OwnerCannotWork where the user lacks the right for an exception's company.
    """
    found = lock_open(batch, exception_ids, ASSIGN_EXCEPTION)
    check_owner(owner_id, ACCEPT_EXCEPTION, ((one.company_id, one.site_id) for one in found))
    _give(batch, found, {one.id: owner_id for one in found})
    return Assigned([one.id for one in found])


@command("billing.return_exceptions")
def return_exceptions(batch: Batch, *, exception_ids: Sequence[int]) -> Assigned:
    """Undo: give open exceptions back to whoever had them before the actor's last assignment."""
    found = lock_open(batch, exception_ids, ASSIGN_EXCEPTION)
    former = dict(batch.read(FORMER_OWNERS, [one.id for one in found], batch.actor.name))
    known = [one for one in found if one.id in former]
    _give(batch, known, former)
    return Assigned([one.id for one in known])


@command("billing.defer_exceptions")
def defer_exceptions(batch: Batch, *, exception_ids: Sequence[int], until: date, reason: str) -> Assigned:
    """Hold open exceptions: they are due on `until`, and the reason stands in their history."""
    if not reason.strip():
        raise BadInput(field="reason", reason="say what you are waiting for.")
    if until <= batch.now.date():
        raise BadInput(field="until", reason="choose a day in the future.")
    found = lock_open(batch, exception_ids, ASSIGN_EXCEPTION)
    batch.update(InvoiceException, [one.id for one in found], due_on=until, add={"version": 1})
    for one in found:
        batch.decide(
            "billing.defer_exceptions",
            InvoiceException,
            one.id,
            {"until": until, "reason": reason.strip()[:200]},
        )
    return Assigned([one.id for one in found])


def _give(batch: Batch, found: Sequence[OpenException], owners: dict[int, int | None]) -> None:
    batch.update(
        InvoiceException,
        [one.id for one in found],
        owner=[owners[one.id] for one in found],
        add={"version": 1},
    )
    for one in found:
        batch.decide(
            "billing.assign_exceptions",
            InvoiceException,
            one.id,
            {"from": one.owner_id, "to": owners[one.id]},
        )
