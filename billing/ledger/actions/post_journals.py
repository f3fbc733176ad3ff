"""Write journals: the one writer of the books."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from billing.ledger.accounts import account_for
from billing.ledger.models import Journal, JournalLine, Purpose, UnmappedPosting
from erp.kernel.batch import Batch


@dataclass(frozen=True, slots=True)
class Amount:
    """One share of a journal: debit positive, credit negative, company currency."""

    purpose: Purpose
    amount: Decimal
    class_id: int | None = None
    party_id: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One journal to write. Amounts sum to zero; zero amounts are left out, and with them an empty journal."""

    kind: str  # Journal.Kind
    company_id: int
    currency: str
    source: str
    source_id: int
    effective_at: datetime
    accounting_on: date
    amounts: Sequence[Amount]
    site_id: int | None = None
    reverses_id: int | None = None


def post_journals(batch: Batch, entries: Sequence[Entry]) -> list[int]:
    """Insert the journals, lines aggregated per account and dimension; returns their ids.

    An amount without an account goes to suspense and leaves an UnmappedPosting, it stops nothing.
    """
    lines: list[tuple[int, Entry, int, int | None, Decimal]] = []  # entry index, entry, account, party, amount
    unmapped: list[tuple[int, Entry, Amount]] = []
    for index, entry in enumerate(entries):
        shares: defaultdict[tuple[int, int | None], Decimal] = defaultdict(Decimal)
        for amount in entry.amounts:
            if amount.amount:
                account_id, found = account_for(batch, entry.company_id, amount.purpose, amount.class_id)
                shares[account_id, amount.party_id] += amount.amount
                if not found:
                    unmapped.append((index, entry, amount))
        lines += [(index, entry, account, party, value) for (account, party), value in shares.items() if value]
    used = sorted({index for index, *_ in lines})
    if not used:
        return []
    drawn = batch.draw(billing_journal=len(used))["billing_journal"]
    ids = dict(zip(used, drawn, strict=True))
    chosen = [entries[index] for index in used]
    batch.insert(
        Journal,
        id=drawn,
        kind=[entry.kind for entry in chosen],
        company=[entry.company_id for entry in chosen],
        currency=[entry.currency for entry in chosen],
        source=[entry.source for entry in chosen],
        source_id=[entry.source_id for entry in chosen],
        effective_at=[entry.effective_at for entry in chosen],
        accounting_on=[entry.accounting_on for entry in chosen],
        actor=batch.actor.name,
        reverses_id=[entry.reverses_id for entry in chosen],
    )
    batch.insert(
        JournalLine,
        journal_id=[ids[index] for index, *_ in lines],
        company_id=[entry.company_id for _, entry, *_ in lines],
        account_id=[account for _, _, account, _, _ in lines],
        amount=[value for *_, value in lines],
        site_id=[entry.site_id for _, entry, *_ in lines],
        party_id=[party for _, _, _, party, _ in lines],
        accounting_on=[entry.accounting_on for _, entry, *_ in lines],
    )
    batch.insert(
        UnmappedPosting,
        company=[entry.company_id for _, entry, _ in unmapped],
        journal_id=[ids.get(index) for index, _, _ in unmapped],
        purpose=[amount.purpose.value for *_, amount in unmapped],
        item_class=[amount.class_id for *_, amount in unmapped],
        amount=[amount.amount for *_, amount in unmapped],
    )
    return drawn
