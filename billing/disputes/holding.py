"""Disputes held and moved: the one writer of what is disputed of an item."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from billing.disputes.errors import DisputeClosed
from billing.disputes.models import Dispute, DisputeOutcome
from billing.disputes.policies import DISPUTE_DUE_DAYS, DISPUTE_OWNER
from billing.disputes.reads import DROP_PROPOSALS, LOCK_DISPUTES, LOCK_ITEMS_OF, OWNER
from billing.receivables.models import OpenItem
from erp.kernel.batch import Batch
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.quantity import sum_by

Kind = DisputeOutcome.Kind
State = DisputeOutcome.State


@dataclass(frozen=True, slots=True)
class Held:
    """One dispute, locked behind its item."""

    id: int
    number: str
    company_id: int
    customer_id: int
    party_id: int
    item_id: int
    invoice_id: int
    document: str
    currency: str
    amount: Decimal
    open: Decimal
    owner_id: int | None
    due_on: date
    is_closed: bool
    today: date  # of the company


@dataclass(frozen=True, slots=True)
class New:
    """A dispute to open; its item is held and has so much open that nobody disputes."""

    company_id: int
    customer_id: int
    item_id: int
    kind: str
    currency: str
    amount: Decimal
    today: date
    receipt_id: int | None = None
    claim: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """So much of a dispute is settled in this way; at most once for a dispute and verb."""

    dispute_id: int
    item_id: int
    open: Decimal  # before
    amount: Decimal
    kind: Kind
    note: str = ""

    @property
    def closes(self) -> bool:
        return self.amount == self.open


def hold_disputes(batch: Batch, dispute_ids: Iterable[int], right: str) -> list[Held]:
    """Those disputes by id, their items held before them; requires `right` for each company."""
    ids = sorted(set(dispute_ids))
    batch.read(LOCK_ITEMS_OF, ids)
    found = [Held(*row) for row in batch.read(LOCK_DISPUTES, batch.now, ids)]
    for company_id in sorted({one.company_id for one in found}):
        batch.actor.require(right, company=company_id)
    return found


def hold_open(batch: Batch, dispute_id: int, right: str) -> Held:
    """One dispute that is open. Raises NotFound, DisputeClosed."""
    found = hold_disputes(batch, [dispute_id], right)
    if not found:
        raise NotFound(what="dispute", reference=dispute_id)
    if found[0].is_closed:
        raise DisputeClosed(dispute=found[0].number)
    return found[0]


def reason_in(text: str, field: str = "reason") -> str:
    """What somebody said, or a refusal of silence."""
    if not text.strip():
        raise BadInput(field=field, reason="say why.")
    return text.strip()[:200]


def open_disputes(batch: Batch, rows: Sequence[New]) -> list[int]:
    """Open disputes with owner and day by the companies' policies, and carve them out of their items; their ids."""
    ids = batch.draw(billing_dispute=len(rows))["billing_dispute"]
    names = {row.company_id: DISPUTE_OWNER.value(on=row.today, company=row.company_id) for row in rows}
    owners = {name: batch.read(OWNER, name) for name in sorted(set(names.values()) - {""})}
    owner_of = {name: found[0][0] for name, found in owners.items() if found}
    days = {row.company_id: DISPUTE_DUE_DAYS.value(on=row.today, company=row.company_id) for row in rows}
    batch.insert(
        Dispute,
        id=ids,
        number=[f"DSP-{pk}" for pk in ids],
        company=[row.company_id for row in rows],
        customer=[row.customer_id for row in rows],
        item=[row.item_id for row in rows],
        kind=[row.kind for row in rows],
        claim=[row.claim.strip()[:60] for row in rows],
        note=[row.note.strip()[:300] for row in rows],
        currency=[row.currency for row in rows],
        amount=[row.amount for row in rows],
        open=[row.amount for row in rows],
        receipt=[row.receipt_id for row in rows],
        owner=[owner_of.get(names[row.company_id]) for row in rows],
        opened_at=batch.now,
        opened_by=batch.actor.name,
        due_on=[row.today + timedelta(days=days[row.company_id]) for row in rows],
    )
    _carve(batch, ((row.item_id, row.amount) for row in rows))
    for pk, row in zip(ids, rows, strict=True):
        outcome = {"item": row.item_id, "kind": row.kind, "amount": row.amount, "receipt": row.receipt_id}
        batch.decide("billing.open_dispute", Dispute, pk, outcome)
    return ids


def settle(batch: Batch, steps: Sequence[Step], *, write_outcomes: bool = True) -> None:
    """Lower disputes and what is disputed of their items. What is proposed for those that close is dropped."""
    if not steps:
        return
    if write_outcomes:
        batch.insert(
            DisputeOutcome,
            dispute=[step.dispute_id for step in steps],
            kind=[step.kind.value for step in steps],
            state=State.DONE.value,
            amount=[step.amount for step in steps],
            note=[step.note for step in steps],
            proposed_by=batch.actor.name,
            proposed_at=batch.now,
        )
    batch.update(
        Dispute,
        [step.dispute_id for step in steps],
        closed_at=[batch.now if step.closes else None for step in steps],
        add={"open": [-step.amount for step in steps], "version": 1},
    )
    _carve(batch, ((step.item_id, -step.amount) for step in steps))
    closing = [step.dispute_id for step in steps if step.closes]
    if closing:
        batch.write(DROP_PROPOSALS, batch.actor.name, batch.now, closing)


def reopen(batch: Batch, rows: Sequence[tuple[Held, Decimal]]) -> None:
    """Give disputes of items that are open again an amount back."""
    batch.update(
        Dispute,
        [one.id for one, _ in rows],
        closed_at=None,
        add={"open": [amount for _, amount in rows], "version": 1},
    )
    _carve(batch, ((one.item_id, amount) for one, amount in rows))


def _carve(batch: Batch, amounts: Iterable[tuple[int, Decimal]]) -> None:
    total = sum_by(amounts)
    batch.update(OpenItem, list(total), add={"disputed": list(total.values())})
