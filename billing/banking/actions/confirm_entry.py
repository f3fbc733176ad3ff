"""Money of a customer: an entry becomes a receipt, as proposed or otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass

from billing.banking.errors import EntryNotOpen, NoProposal, NotMoneyIn
from billing.banking.models import BankEntry
from billing.banking.permissions import POST_ENTRY
from billing.banking.posting import Confirmed, post_cash
from billing.banking.proposing import LockedEntry, lock_all
from billing.receivables.rules import Application
from erp.kernel.batch import Batch
from erp.kernel.command import command


@dataclass(frozen=True, slots=True)
class EntriesPosted:
    """Postings that were made, one for each entry."""

    posting_ids: list[int]


def posted_meanwhile(**_given: object) -> EntryNotOpen:
    return EntryNotOpen(entry="the entry", state="posted meanwhile")


@command("billing.confirm_entry", conflicts={"bank_posting_once": posted_meanwhile})
def confirm_entry(
    batch: Batch,
    *,
    entry_id: int,
    customer_id: int,
    applications: Sequence[Application] = (),
) -> EntriesPosted:
    """Receive an entry's money for a customer and apply it as told; the rest waits on their account.

    What is short or over of an invoice is coded by its reason, within the authority of the actor. It is remembered that
    this account and name pay for the customer. Raises EntryNotOpen, NotMoneyIn, and what receiving refuses.
    """
    (entry,) = open_entries(batch, [entry_id])
    return EntriesPosted(post_cash(batch, [Confirmed(entry, customer_id, applications)], learn=True))


@command("billing.confirm_proposals", conflicts={"bank_posting_once": posted_meanwhile})
def confirm_proposals(batch: Batch, *, entry_ids: Sequence[int]) -> EntriesPosted:
    """Receive entries as they are proposed. Statements do not depend on their number.

    Raises NoProposal for an entry that nobody is proposed for, and what `confirm_entry` raises.
    """
    entries = open_entries(batch, entry_ids)
    for one in entries:
        if one.customer_id is None:
            raise NoProposal(entry=one.name, why=one.why or "it was not looked at yet")
    confirmed = [Confirmed(one, one.customer_id or 0, one.applications) for one in entries]
    return EntriesPosted(post_cash(batch, confirmed, learn=True))


def open_entries(batch: Batch, entry_ids: Sequence[int]) -> list[LockedEntry]:
    """Money that came in and is open, locked. Raises NotFound, EntryNotOpen, NotMoneyIn."""
    entries = not_posted(batch, entry_ids)
    for one in entries:
        if one.amount <= 0:
            raise NotMoneyIn(entry=one.name, amount=f"{one.amount:.2f} {one.currency}")
    return entries


def not_posted(batch: Batch, entry_ids: Sequence[int]) -> list[LockedEntry]:
    """Entries that are open, locked. Raises NotFound, EntryNotOpen."""
    entries = lock_all(batch, entry_ids, POST_ENTRY)
    for one in entries:
        if one.state not in BankEntry.OPEN:
            raise EntryNotOpen(entry=one.name, state=BankEntry.State(one.state).label.lower())
    return entries
