"""Entries that are nobody's payment: charges, transfers, what came for a claim."""

from collections.abc import Sequence

from billing.banking.accounts import lock_ledger_account
from billing.banking.actions.confirm_entry import EntriesPosted, not_posted, posted_meanwhile
from billing.banking.errors import NotCodable
from billing.banking.models import BankAccount
from billing.banking.posting import post_coded
from billing.banking.proposing import LockedEntry
from billing.ledger.actions.keep_accounts import CONTROLLED
from erp.kernel.batch import Batch
from erp.kernel.command import command


@command("billing.code_entries", conflicts={"bank_posting_once": posted_meanwhile})
def code_entries(batch: Batch, *, entry_ids: Sequence[int], account_id: int, note: str = "") -> EntriesPosted:
    """Post entries of one company, in or out, against an account of its ledger.

    Raises EntryNotOpen, NotCodable for a control account (what stands there is proven by documents) and for the account
    of another bank; that of a lockbox takes what it sent to the bank.
    """
    entries = not_posted(batch, entry_ids)
    _check(batch, entries, account_id)
    return EntriesPosted(post_coded(batch, entries, account_id=account_id, note=note.strip()[:200]))


def _check(batch: Batch, entries: Sequence[LockedEntry], account_id: int) -> None:
    found = lock_ledger_account(batch, account_id, {one.company_id for one in entries})
    if set(found.purposes) & set(CONTROLLED):
        raise NotCodable(
            account=found.label, reason="it is a control account, which documents alone post to."
        )
    if found.held_by and found.bank_kind != BankAccount.Kind.LOCKBOX:
        raise NotCodable(
            account=found.label, reason="it is the account of a bank, which its own statements post to."
        )
    if any(one.bank_account_id == account_id for one in entries):
        raise NotCodable(account=found.label, reason="the entries are its own.")
