"""Take back what an entry was posted as: its cash, what it paid, and what was learnt of it."""

from billing.banking.errors import EntryNotPosted
from billing.banking.models import BankEntry, BankPosting, LearntPayer
from billing.banking.permissions import POST_ENTRY
from billing.banking.proposing import lock_entries
from billing.banking.reads import LOCK_POSTINGS
from billing.ledger.actions.post_journals import Amount, Entry, post_journals
from billing.ledger.models import Journal, Purpose
from billing.receivables.applying import lock_books
from billing.receivables.reversing import reverse_receipts
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound


@command("billing.reverse_entry")
def reverse_entry(batch: Batch, *, entry_id: int, reason: str) -> None:
    """Reverse the posting of an entry; it waits again, to be posted otherwise. Raises EntryNotPosted, BadInput.

    A receipt goes with everything that it paid, also what was applied later; the invoices are open again.
    """
    reason = reason.strip()[:200]
    if not reason:
        raise BadInput(field="reason", reason="say why it is taken back.")
    entries = lock_entries(batch, [entry_id], POST_ENTRY)
    if not entries:
        raise NotFound(what="bank entry", reference=entry_id)
    (entry,) = entries
    found = batch.read(LOCK_POSTINGS, [entry_id])
    if not found:
        raise EntryNotPosted(entry=entry.name, state=BankEntry.State(entry.state).label.lower())
    posting_id, _, receipt_id, account_id, purpose = found[0]
    if receipt_id is not None:
        reverse_receipts(batch, [receipt_id], reason=reason)
    else:
        accounting_on, _ = lock_books(batch, company_id=entry.company_id, customer_ids=())
        against = Purpose(purpose) if purpose else Purpose.SUSPENSE
        post_journals(
            batch,
            [
                Entry(
                    kind=Journal.Kind.CASH.value,
                    company_id=entry.company_id,
                    currency=entry.currency,
                    source="billing.bankreversal",
                    source_id=posting_id,
                    effective_at=batch.now,
                    accounting_on=accounting_on,
                    amounts=[
                        Amount(Purpose.CASH, -entry.amount, account_id=entry.bank_account_id),
                        Amount(against, entry.amount, account_id=account_id),
                    ],
                )
            ],
        )
    batch.update(
        BankPosting, [posting_id], reversed_at=batch.now, reversed_by=batch.actor.name, reason=reason
    )
    learnt = list(
        LearntPayer.objects.filter(posting=posting_id, withdrawn_at=None).values_list("pk", flat=True)
    )
    batch.update(LearntPayer, learnt, withdrawn_at=batch.now, withdrawn_by=batch.actor.name)
    batch.update(BankEntry, [entry_id], state=BankEntry.State.WAITING.value, add={"version": 1})
    batch.decide("billing.reverse_entry", BankEntry, entry_id, {"reason": reason, "receipt": receipt_id})
