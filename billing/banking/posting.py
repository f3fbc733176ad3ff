"""Entries into the books: cash of customers, amounts on accounts, and what is learnt of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.banking.models import BankEntry, BankPosting, LearntPayer
from billing.banking.proposing import LockedEntry
from billing.banking.rules import account_key, name_key
from billing.ledger.actions.post_journals import Amount, Entry, post_journals
from billing.ledger.models import Journal, Purpose
from billing.receivables.applying import lock_books
from billing.receivables.receiving import Payment, receive_payments
from billing.receivables.rules import Application
from erp.kernel.batch import Batch


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Whose money an entry is, and what it pays; what is left waits on their account."""

    entry: LockedEntry
    customer_id: int
    applications: Sequence[Application]


def post_cash(batch: Batch, confirmed: Sequence[Confirmed], *, learn: bool) -> list[int]:
    """A receipt for each entry; whoever confirms teaches who pays so. The postings' ids."""
    if not confirmed:
        return []
    received = receive_payments(
        batch,
        [
            Payment(
                one.customer_id,
                one.entry.amount,
                one.entry.booked_on,
                " ".join(filter(None, (one.entry.reference, one.entry.text))),
                one.applications,
                one.entry.bank_account_id,
            )
            for one in confirmed
        ],
    )
    ids = batch.draw(billing_bankposting=len(confirmed))["billing_bankposting"]
    batch.insert(
        BankPosting,
        id=ids,
        entry=[one.entry.id for one in confirmed],
        receipt=[receipt.receipt_id for receipt in received],
        note="",
        why=[one.entry.why for one in confirmed],
        posted_at=batch.now,
        posted_by=batch.actor.name,
    )
    if learn:
        _learn(batch, confirmed, ids)
    _close(batch, [one.entry for one in confirmed], BankEntry.State.POSTED.value)
    for one, receipt in zip(confirmed, received, strict=True):
        outcome = {"receipt": receipt.number, "customer": one.customer_id, "unapplied": receipt.unapplied}
        batch.decide("billing.confirm_entry", BankEntry, one.entry.id, {**outcome, "why": one.entry.why})
    return ids


def _learn(batch: Batch, confirmed: Sequence[Confirmed], posting_ids: Sequence[int]) -> None:
    rows = [
        (one.entry.company_id, kind, value, one.customer_id, posting_id)
        for one, posting_id in zip(confirmed, posting_ids, strict=True)
        for kind, value in (
            (LearntPayer.Kind.ACCOUNT.value, account_key(one.entry.payer_account)),
            (LearntPayer.Kind.NAME.value, name_key(one.entry.payer_name)),
        )
        if value
    ]
    batch.insert(
        LearntPayer,
        company=[row[0] for row in rows],
        kind=[row[1] for row in rows],
        value=[row[2] for row in rows],
        customer=[row[3] for row in rows],
        posting=[row[4] for row in rows],
        learnt_at=batch.now,
        learnt_by=batch.actor.name,
    )


def bank_journal(
    batch: Batch,
    *,
    company_id: int,
    currency: str,
    source: str,
    source_id: int,
    accounting_on: date,
    bank_account_id: int,
    amount: Decimal,
    against: Purpose,
    account_id: int | None = None,
) -> Entry:
    """Money that came to a bank's account of the ledger (or left it, below zero), against a purpose or an account."""
    return Entry(
        kind=Journal.Kind.CASH.value,
        company_id=company_id,
        currency=currency,
        source=source,
        source_id=source_id,
        effective_at=batch.now,
        accounting_on=accounting_on,
        amounts=[
            Amount(Purpose.CASH, amount, account_id=bank_account_id),
            Amount(against, -amount, account_id=account_id),
        ],
    )


def post_coded(
    batch: Batch,
    entries: Sequence[LockedEntry],
    *,
    account_id: int | None,
    note: str,
    purpose: Purpose | None = None,
) -> list[int]:
    """Each entry against one account, or that of a purpose, by a journal of its own. The postings' ids."""
    if not entries:
        return []
    company_id = entries[0].company_id
    accounting_on, _ = lock_books(batch, company_id=company_id, customer_ids=())
    ids = batch.draw(billing_bankposting=len(entries))["billing_bankposting"]
    against = purpose or Purpose.SUSPENSE
    post_journals(
        batch,
        [
            bank_journal(
                batch,
                company_id=company_id,
                currency=one.currency,
                source="billing.bankposting",
                source_id=posting_id,
                accounting_on=accounting_on,
                bank_account_id=one.bank_account_id,
                amount=one.amount,
                against=against,
                account_id=account_id,
            )
            for one, posting_id in zip(entries, ids, strict=True)
        ],
    )
    batch.insert(
        BankPosting,
        id=ids,
        entry=[one.id for one in entries],
        account=account_id,
        purpose=purpose.value if purpose else "",
        note=note,
        why=[one.why for one in entries],
        posted_at=batch.now,
        posted_by=batch.actor.name,
    )
    _close(batch, entries, BankEntry.State.CODED.value)
    outcome = {"account": account_id, "purpose": purpose.value if purpose else "", "note": note}
    for one in entries:
        batch.decide("billing.code_entries", BankEntry, one.id, outcome)
    return ids


def _close(batch: Batch, entries: Sequence[LockedEntry], state: str) -> None:
    batch.update(BankEntry, [one.id for one in entries], state=state, add={"version": 1})
