"""Postings that found no account go from suspense to the account that exists by now."""

from collections.abc import Sequence
from dataclasses import dataclass

from billing.ledger.accounts import account_for, forget_accounts
from billing.ledger.actions.post_journals import Amount, Entry, post_journals
from billing.ledger.errors import StillUnmapped
from billing.ledger.models import Purpose, UnmappedPosting
from billing.ledger.permissions import CLEAR_UNMAPPED
from billing.ledger.reads import PERIOD_OF, UNMAPPED
from erp.kernel.batch import Batch
from erp.kernel.command import command
from inventory.stock.errors import NoOpenPeriod


@dataclass(frozen=True, slots=True)
class Cleared:
    """Postings that have an account now; each was moved by a journal of its own."""

    unmapped_ids: list[int]


@command("billing.clear_unmapped")
def clear_unmapped(batch: Batch, *, unmapped_ids: Sequence[int]) -> Cleared:
    """Move postings out of suspense by journals of their own; cleared ones are left alone. Raises StillUnmapped."""
    rows = batch.read(UNMAPPED, sorted(set(unmapped_ids)))
    forget_accounts()
    entries, dates = [], {}
    for company_id in sorted({row[1] for row in rows}):
        batch.actor.require(CLEAR_UNMAPPED, company=company_id)
        found = batch.read(PERIOD_OF, batch.now, company_id, batch.now)
        if not found:
            raise NoOpenPeriod(company=company_id, on=batch.now.date())
        dates[company_id] = found[0][1]
    for row_id, company_id, purpose, class_id, amount, kind, currency, party_id in rows:
        if not account_for(batch, company_id, Purpose(purpose), class_id)[1]:
            raise StillUnmapped(purpose=Purpose(purpose).label.lower())
        entries.append(
            Entry(
                kind=kind,
                company_id=company_id,
                currency=currency,
                source="billing.unmappedposting",
                source_id=row_id,
                effective_at=batch.now,
                accounting_on=dates[company_id],
                amounts=[
                    Amount(Purpose(purpose), amount, class_id, party_id),
                    Amount(Purpose.SUSPENSE, -amount, party_id=party_id),
                ],
            )
        )
    post_journals(batch, entries)
    ids = [row[0] for row in rows]
    batch.update(UnmappedPosting, ids, cleared_at=batch.now, cleared_by=batch.actor.name)
    for row_id in ids:
        batch.decide("billing.clear_unmapped", UnmappedPosting, row_id, {})
    return Cleared(ids)
