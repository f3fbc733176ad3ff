"""Take back what entries were posted as: their cash, what it paid, and what was learnt of it."""

from collections.abc import Sequence

from billing.banking.errors import EntryNotPosted
from billing.banking.models import BankEntry, BankPosting, LearntPayer
from billing.banking.permissions import POST_ENTRY
from billing.banking.posting import bank_journal
from billing.banking.proposing import LockedEntry, lock_all
from billing.banking.reads import LOCK_POSTINGS
from billing.ledger.actions.post_journals import post_journals
from billing.ledger.models import Purpose
from billing.receivables.applying import lock_books
from billing.receivables.reversing import reverse_receipts
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput


@command("billing.reverse_entries")
def reverse_entries(batch: Batch, *, entry_ids: Sequence[int], reason: str) -> None:
    """Reverse the postings of entries of one company; they wait again, to be posted otherwise.

    A receipt goes with everything that it paid, also what was applied later; the invoices are open again. Statements do
    not depend on the number of entries. Raises NotFound, EntryNotPosted, BadInput.
    """
    reason = reason.strip()[:200]
    if not reason:
        raise BadInput(field="reason", reason="say why it is taken back.")
    entries = {one.id: one for one in lock_all(batch, entry_ids, POST_ENTRY)}
    found = batch.read(LOCK_POSTINGS, sorted(entries))
    for entry_id in sorted(entries.keys() - {row[1] for row in found}):
        one = entries[entry_id]
        raise EntryNotPosted(entry=one.name, state=BankEntry.State(one.state).label.lower())
    reverse_receipts(batch, [receipt_id for _, _, receipt_id, *_ in found if receipt_id], reason=reason)
    _reverse_coded(
        batch,
        [
            (posting_id, entries[entry_id], account_id, purpose)
            for posting_id, entry_id, receipt_id, account_id, purpose in found
            if not receipt_id
        ],
    )
    ids = [row[0] for row in found]
    batch.update(BankPosting, ids, reversed_at=batch.now, reversed_by=batch.actor.name, reason=reason)
    learnt = LearntPayer.objects.filter(posting__in=ids, withdrawn_at=None).order_by("pk")
    batch.update(
        LearntPayer,
        list(learnt.select_for_update(no_key=True).values_list("pk", flat=True)),
        withdrawn_at=batch.now,
        withdrawn_by=batch.actor.name,
    )
    batch.update(BankEntry, sorted(entries), state=BankEntry.State.WAITING.value, add={"version": 1})
    for _, entry_id, receipt_id, *_ in found:
        outcome = {"reason": reason, "receipt": receipt_id}
        batch.decide("billing.reverse_entries", BankEntry, entry_id, outcome)


def _reverse_coded(batch: Batch, coded: Sequence[tuple[int, LockedEntry, int | None, str]]) -> None:
    if not coded:
        return
    accounting_on, _ = lock_books(batch, company_id=coded[0][1].company_id, customer_ids=())
    post_journals(
        batch,
        [
            bank_journal(
                batch,
                company_id=entry.company_id,
                currency=entry.currency,
                source="billing.bankreversal",
                source_id=posting_id,
                accounting_on=accounting_on,
                bank_account_id=entry.bank_account_id,
                amount=-entry.amount,
                against=Purpose(purpose) if purpose else Purpose.SUSPENSE,
                account_id=account_id,
            )
            for posting_id, entry, account_id, purpose in coded
        ],
    )
