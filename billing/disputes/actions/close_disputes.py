"""End disputes without money: the customer is to pay after all, or does not dispute any more."""

from collections.abc import Sequence
from dataclasses import dataclass

from billing.disputes.errors import WriteOffWaits
from billing.disputes.holding import Held, Kind, Step, hold_disputes, reason_in, settle
from billing.disputes.models import Dispute
from billing.disputes.permissions import WORK_DISPUTE
from billing.disputes.reads import WAITING
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput

WAYS = (Kind.RECOVERED.value, Kind.WITHDRAWN.value)


@dataclass(frozen=True, slots=True)
class Closed:
    """Disputes that were closed; those closed before are left out."""

    dispute_ids: list[int]


@command("billing.close_disputes")
def close_disputes(batch: Batch, *, dispute_ids: Sequence[int], how: str, note: str) -> Closed:
    """Close open disputes as `recovered` (the reason does not hold: it is to be paid and is dunned again) or as
    `withdrawn` (the customer holds nothing back). What is owed stays. Statements do not depend on their number.

    Raises BadInput, and WriteOffWaits where somebody has proposed to write off.
    """
    if how not in WAYS:
        raise BadInput(field="how", reason=f"one of {', '.join(WAYS)}.")
    note = reason_in(note, "note")
    found = [one for one in hold_disputes(batch, dispute_ids, WORK_DISPUTE) if not one.is_closed]
    refuse_waiting(batch, found)
    settle(batch, [Step(one.id, one.item_id, one.open, one.open, Kind(how), note) for one in found])
    for one in found:
        outcome = {"kind": how, "amount": one.open, "note": note}
        batch.decide("billing.close_disputes", Dispute, one.id, outcome)
    return Closed([one.id for one in found])


def refuse_waiting(batch: Batch, found: Sequence[Held]) -> None:
    """Raise WriteOffWaits for the first of them with a proposal to write off."""
    by_id = {one.id: one for one in found}
    for dispute_id, amount in batch.read(WAITING, sorted(by_id)):
        one = by_id[dispute_id]
        raise WriteOffWaits(dispute=one.number, amount=amount, currency=one.currency)
