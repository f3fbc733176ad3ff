"""Entries that are nobody's payment: charges, transfers, what came for a claim."""

from collections.abc import Sequence

from billing.banking.actions.confirm_entry import EntriesPosted, _again, not_posted
from billing.banking.errors import NotCodable
from billing.banking.models import BankAccount
from billing.banking.posting import post_coded
from billing.banking.proposing import LockedEntry
from billing.banking.reads import LEDGER_ACCOUNT
from billing.ledger.actions.keep_accounts import CONTROLLED
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import NotFound


@command("billing.code_entries", conflicts={"bank_posting_once": _again})
def code_entries(batch: Batch, *, entry_ids: Sequence[int], account_id: int, note: str = "") -> EntriesPosted:
    """Post entries of one company, in or out, against an account of its ledger.

    Raises EntryNotOpen, NotCodable for a control account (what stands there is proven by documents) and for the account
    of another bank; that of a lockbox takes what it sent to the bank.
    """
    entries = not_posted(batch, entry_ids)
    _check(batch, entries, account_id)
    return EntriesPosted(post_coded(batch, entries, account_id=account_id, note=note.strip()[:200]))


def _check(batch: Batch, entries: Sequence[LockedEntry], account_id: int) -> None:
    rows = batch.read(LEDGER_ACCOUNT, account_id)
    if not rows or {one.company_id for one in entries} - {rows[0][1]}:
        raise NotFound(what="account of this company", reference=account_id)
    _, _, label, held_by, _, purposes, bank_kind = rows[0]
    if set(purposes) & set(CONTROLLED):
        raise NotCodable(account=label, reason="it is a control account, which documents alone post to.")
    if held_by and bank_kind != BankAccount.Kind.LOCKBOX:
        raise NotCodable(
            account=label, reason="it is the account of a bank, which its own statements post to."
        )
    if any(one.bank_account_id == account_id for one in entries):
        raise NotCodable(account=label, reason="the entries are its own.")
