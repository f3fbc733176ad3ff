"""Give up what a customer disputes: within one's limit at once, beyond it by another person's word (BI05)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.disputes.actions.close_disputes import refuse_waiting
from billing.disputes.errors import (
    BeyondDispute,
    BeyondWriteOffLimit,
    NotWrittenOff,
    OwnWriteOff,
    WriteOffDecided,
)
from billing.disputes.holding import (
    Held,
    Kind,
    State,
    Step,
    hold_disputes,
    hold_open,
    reason_in,
    reopen,
    settle,
)
from billing.disputes.limits import limit_of
from billing.disputes.models import Dispute, DisputeOutcome
from billing.disputes.permissions import APPROVE_WRITE_OFF, WORK_DISPUTE, WRITE_OFF
from billing.disputes.reads import DISPUTES_OF_OUTCOMES, OUTCOMES, WRITTEN_BY
from billing.receivables.writing_off import WriteOff, take_back_write_offs, write_off_items
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound, NotPermitted


@dataclass(frozen=True, slots=True)
class WrittenOff:
    """What was written off, or waits for another person's word; and what is disputed still."""

    outcome_id: int
    waits: bool
    left: Decimal


@dataclass(frozen=True, slots=True)
class Decided:
    """Proposals that were decided."""

    outcome_ids: list[int]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A write-off as it stands, locked behind its dispute."""

    id: int
    dispute_id: int
    kind: str
    state: str
    amount: Decimal
    proposed_by: str
    decided_by: str
    application_id: int | None


@command("billing.write_off_dispute")
def write_off_dispute(batch: Batch, *, dispute_id: int, amount: Decimal, note: str) -> WrittenOff:
    """Write off an amount of an open dispute. Item, books and exposure fall where it is within the actor's limit.

    The limit counts all that the actor has written off of the same invoice. Beyond it the write-off waits, and nothing
    changes. Raises DisputeClosed, BeyondDispute, WriteOffWaits, BadInput.
    """
    note = reason_in(note, "note")
    if amount <= 0 or amount != round(amount, 2):
        raise BadInput(field="amount", reason="an amount above zero with at most 2 decimals.")
    one = hold_open(batch, dispute_id, WRITE_OFF)
    refuse_waiting(batch, [one])
    if amount > one.open:
        raise BeyondDispute(dispute=one.number, amount=amount, open=one.open, currency=one.currency)
    limit = limit_of(batch, WRITE_OFF, one.company_id, one.today)
    written = _written(batch, [one.item_id])[one.item_id]
    waits = limit is not None and written + amount > limit
    drawn = batch.draw(billing_disputeoutcome=1, billing_cashapplication=1)
    (outcome_id,), (application_id,) = drawn.values()
    batch.insert(
        DisputeOutcome,
        id=outcome_id,
        dispute=one.id,
        kind=Kind.WRITTEN_OFF.value,
        state=(State.WAITING if waits else State.DONE).value,
        amount=amount,
        note=note,
        proposed_by=batch.actor.name,
        proposed_at=batch.now,
        application=None if waits else application_id,
    )
    if not waits:
        _write_off(batch, one.company_id, [(one, amount)], [application_id])
    outcome = {"amount": amount, "note": note, "written": written, "limit": limit, "waits": waits}
    batch.decide("billing.write_off_dispute", Dispute, one.id, outcome)
    return WrittenOff(outcome_id, waits, one.open if waits else one.open - amount)


@command("billing.approve_write_offs")
def approve_write_offs(batch: Batch, *, outcome_ids: Sequence[int], note: str = "") -> Decided:
    """Write off what others proposed, of one company, within the approver's limits; statements are constant.

    Raises OwnWriteOff, WriteOffDecided, BeyondWriteOffLimit, BeyondDispute where less is disputed by now, NotFound.
    """
    rows = _proposed(batch, outcome_ids, APPROVE_WRITE_OFF)
    company_ids = {one.company_id for _, one in rows}
    if len(company_ids) > 1:
        raise BadInput(
            field="outcome_ids", reason="write-offs of one company, whose books they are posted in."
        )
    written = _written(batch, sorted({one.item_id for _, one in rows}))
    for proposal, one in rows:
        _refuse_decided(proposal, one)
        if proposal.proposed_by == batch.actor.name:
            raise OwnWriteOff(dispute=one.number)
        if proposal.amount > one.open:
            raise BeyondDispute(
                dispute=one.number, amount=proposal.amount, open=one.open, currency=one.currency
            )
        limit = limit_of(batch, APPROVE_WRITE_OFF, one.company_id, one.today)
        written[one.item_id] += proposal.amount
        if limit is not None and written[one.item_id] > limit:
            raise BeyondWriteOffLimit(
                dispute=one.number,
                document=one.document,
                amount=written[one.item_id],
                limit=limit,
                currency=one.currency,
            )
    # Decided first, so that closing the disputes drops no proposal that is about to be carried out.
    applications = batch.draw(billing_cashapplication=len(rows))["billing_cashapplication"]
    batch.update(
        DisputeOutcome,
        [proposal.id for proposal, _ in rows],
        state=State.DONE.value,
        decided_by=batch.actor.name,
        decided_at=batch.now,
        decision_note=note.strip()[:200],
        application=applications,
    )
    _write_off(batch, company_ids.pop(), [(one, proposal.amount) for proposal, one in rows], applications)
    for proposal, one in rows:
        outcome = {"write_off": proposal.id, "amount": proposal.amount, "proposed_by": proposal.proposed_by}
        batch.decide("billing.approve_write_offs", Dispute, one.id, outcome)
    return Decided([proposal.id for proposal, _ in rows])


@command("billing.refuse_write_offs")
def refuse_write_offs(batch: Batch, *, outcome_ids: Sequence[int], reason: str) -> Decided:
    """Refuse what is proposed; whoever proposed it may withdraw it this way. Raises WriteOffDecided, NotFound."""
    reason = reason_in(reason)
    rows = _proposed(batch, outcome_ids, WORK_DISPUTE)
    for proposal, one in rows:
        _refuse_decided(proposal, one)
        own = proposal.proposed_by == batch.actor.name
        if not own and not batch.actor.may(APPROVE_WRITE_OFF, company=one.company_id):
            raise NotPermitted(permission=APPROVE_WRITE_OFF)
    batch.update(
        DisputeOutcome,
        [proposal.id for proposal, _ in rows],
        state=State.REFUSED.value,
        decided_by=batch.actor.name,
        decided_at=batch.now,
        decision_note=reason,
    )
    for proposal, one in rows:
        batch.decide(
            "billing.refuse_write_offs", Dispute, one.id, {"write_off": proposal.id, "reason": reason}
        )
    return Decided([proposal.id for proposal, _ in rows])


@command("billing.take_back_write_off")
def take_back_write_off(batch: Batch, *, outcome_id: int, reason: str) -> Decided:
    """Take a write-off back: the item, the dispute, books and exposure are as before it. Raises NotWrittenOff."""
    reason = reason_in(reason)
    ((proposal, one),) = _proposed(batch, [outcome_id], WRITE_OFF)
    if proposal.state != State.DONE or proposal.application_id is None:
        raise NotWrittenOff()
    take_back_write_offs(batch, one.company_id, [(proposal.application_id, _amount(one, proposal.amount))])
    reopen(batch, [(one, proposal.amount)])
    batch.update(
        DisputeOutcome,
        [proposal.id],
        state=State.TAKEN_BACK.value,
        reversed_at=batch.now,
        reversed_by=batch.actor.name,
        reversal_reason=reason,
    )
    outcome = {"write_off": proposal.id, "amount": proposal.amount, "reason": reason}
    batch.decide("billing.take_back_write_off", Dispute, one.id, outcome)
    return Decided([proposal.id])


def _proposed(batch: Batch, outcome_ids: Sequence[int], right: str) -> list[tuple[Proposal, Held]]:
    """Write-offs with their disputes, all of them held."""
    ids = sorted(set(outcome_ids))
    dispute_ids = [row[0] for row in batch.read(DISPUTES_OF_OUTCOMES, ids)]
    held = {one.id: one for one in hold_disputes(batch, dispute_ids, right)}
    found = [Proposal(*row) for row in batch.read(OUTCOMES, ids)]
    missing = sorted(set(ids) - {one.id for one in found})
    if missing or not ids:
        raise NotFound(what="write-off", reference=missing[0] if missing else "")
    return [(one, held[one.dispute_id]) for one in found]


def _written(batch: Batch, item_ids: Sequence[int]) -> defaultdict[int, Decimal]:
    """What the actor has written off of items so far, or let others write off."""
    return defaultdict(Decimal, batch.read(WRITTEN_BY, item_ids, batch.actor.name))


def _refuse_decided(proposal: Proposal, one: Held) -> None:
    if proposal.state != State.WAITING:
        raise WriteOffDecided(dispute=one.number, by=proposal.decided_by or proposal.proposed_by)


def _amount(one: Held, amount: Decimal) -> WriteOff:
    return WriteOff(one.item_id, one.customer_id, one.party_id, one.currency, amount)


def _write_off(
    batch: Batch, company_id: int, rows: Sequence[tuple[Held, Decimal]], application_ids: Sequence[int]
) -> None:
    """Settle the disputes first: less may be open of an item than was disputed of it."""
    steps = [Step(one.id, one.item_id, one.open, amount, Kind.WRITTEN_OFF) for one, amount in rows]
    settle(batch, steps, write_outcomes=False)
    write_off_items(batch, company_id, [_amount(one, amount) for one, amount in rows], application_ids)
