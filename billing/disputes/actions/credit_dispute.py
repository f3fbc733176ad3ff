"""Give the customer what they dispute: a credit memo over lines of the invoice."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.disputes.actions.close_disputes import refuse_waiting
from billing.disputes.holding import Kind, State, Step, hold_open, reason_in, settle
from billing.disputes.models import Dispute, DisputeOutcome
from billing.disputes.permissions import WORK_DISPUTE
from billing.invoicing.actions.credit_invoice import CREDIT, CreditLine, prepare_memo
from billing.invoicing.crediting import post_memos
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput


@dataclass(frozen=True, slots=True)
class DisputeCredited:
    """The credit memo, and what is disputed still."""

    credit_memo_id: int
    left: Decimal


@command("billing.credit_dispute")
def credit_dispute(
    batch: Batch, *, dispute_id: int, lines: Sequence[CreditLine], note: str
) -> DisputeCredited:
    """Issue a credit memo over quantities of the invoice's lines; the dispute shrinks by its gross amount.

    Whoever issued the invoice by hand, or lacks the right to credit, cannot. Raises DisputeClosed, WriteOffWaits,
    BadInput, and what `credit_invoice` refuses.
    """
    note = reason_in(note, "note")
    if not lines:
        raise BadInput(field="lines", reason="name a quantity of at least one line.")
    one = hold_open(batch, dispute_id, WORK_DISPUTE)
    batch.actor.require(CREDIT, company=one.company_id)
    refuse_waiting(batch, [one])
    prepared = prepare_memo(batch, invoice_id=one.invoice_id, lines=lines)
    amount = min(one.open, prepared.memo.gross)
    (outcome_id,) = batch.draw(billing_disputeoutcome=1)["billing_disputeoutcome"]
    batch.insert(
        DisputeOutcome,
        id=outcome_id,
        dispute=one.id,
        kind=Kind.CREDITED.value,
        state=State.DONE.value,
        amount=amount,
        note=note,
        proposed_by=batch.actor.name,
        proposed_at=batch.now,
    )
    settle(
        batch,
        [Step(one.id, one.item_id, one.open, amount, Kind.CREDITED, note)],
        write_outcomes=False,
    )
    batch.decide("billing.credit_dispute", Dispute, one.id, {"amount": amount, "note": note})
    post_memos(
        batch,
        [prepared.memo],
        verb="billing.credit_invoice",
        accounting_on=prepared.accounting_on,
        credit_ids=prepared.credit_ids,
        reason=f"{one.number}: {note}"[:200],
    )
    batch.update(DisputeOutcome, [outcome_id], memo=prepared.memo.id)
    return DisputeCredited(prepared.memo.id, one.open - amount)
