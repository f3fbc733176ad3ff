"""Write journals: the one writer of the books."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from billing.ledger.accounts import account_for
from billing.ledger.models import Journal, JournalLine, Purpose
from billing.ledger.reads import LINES_OF_JOURNAL
from erp.kernel.batch import Batch


@dataclass(frozen=True, slots=True)
class Amount:
    """One share of a journal: debit positive, credit negative, company currency."""

    purpose: Purpose
    amount: Decimal
    class_id: int | None = None
    party_id: int | None = None
    otherwise: Purpose | None = None  # whose account serves where the purpose has no rule of its own
    site_id: int | None = None  # where it is not the journal's site
    account_id: int | None = None  # chosen by somebody, instead of the one that serves the purpose


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


def mirror(batch: Batch, journal_id: int) -> list[Amount]:
    """What takes a journal back: each of its lines with the other sign, on the account that it had taken."""
    return [
        Amount(Purpose.SUSPENSE, -amount, party_id=party_id, account_id=account_id)
        for account_id, amount, party_id in batch.read(LINES_OF_JOURNAL, journal_id)
    ]


# Journals and their lines in one statement, so that no id has to be drawn before it: a journal is found by its source.
POST = """
WITH posted AS (
    INSERT INTO billing_journal (kind, company_id, currency, source, source_id, effective_at, accounting_on, actor,
        reverses_id)
    SELECT u.kind, u.company_id, u.currency, u.source, u.source_id, u.effective_at, u.accounting_on, %s::text,
        u.reverses_id
    FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::timestamptz[], %s::date[],
        %s::bigint[]) AS u(kind, company_id, currency, source, source_id, effective_at, accounting_on, reverses_id)
    RETURNING id, kind, source, source_id, company_id, accounting_on)
INSERT INTO billing_journalline (journal_id, company_id, account_id, amount, site_id, party_id, accounting_on)
SELECT p.id, p.company_id, u.account_id, u.amount, u.site_id, u.party_id, p.accounting_on
FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::numeric[], %s::bigint[], %s::bigint[])
    AS u(kind, source, source_id, account_id, amount, site_id, party_id)
JOIN posted p ON p.kind = u.kind AND p.source = u.source AND p.source_id = u.source_id"""

UNMAPPED = """
INSERT INTO billing_unmappedposting (company_id, journal_id, purpose, item_class_id, amount)
SELECT j.company_id, j.id, u.purpose, u.item_class_id, u.amount
FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::text[], %s::bigint[], %s::numeric[])
    AS u(kind, source, source_id, purpose, item_class_id, amount)
JOIN billing_journal j ON j.kind = u.kind AND j.source = u.source AND j.source_id = u.source_id"""


def post_journals(batch: Batch, entries: Sequence[Entry]) -> None:
    """Insert the journals, lines aggregated per account and dimension.

    An amount without an account goes to suspense and leaves an UnmappedPosting, it stops nothing.
    """
    lines: list[
        tuple[Entry, int, int | None, int | None, Decimal]
    ] = []  # entry, account, party, site, amount
    unmapped: list[tuple[Entry, Amount]] = []
    for entry in entries:
        shares: defaultdict[tuple[int, int | None, int | None], Decimal] = defaultdict(Decimal)
        for amount in entry.amounts:
            if amount.amount:
                account_id, found = _account_of(batch, entry, amount)
                shares[account_id, amount.party_id, amount.site_id or entry.site_id] += amount.amount
                if not found:
                    unmapped.append((entry, amount))
        lines += [(entry, *dimensions, value) for dimensions, value in shares.items() if value]
    chosen = list({id(entry): entry for entry, *_ in lines}.values())
    if not chosen:
        return
    batch.write(
        POST,
        batch.actor.name,
        [entry.kind for entry in chosen],
        [entry.company_id for entry in chosen],
        [entry.currency for entry in chosen],
        [entry.source for entry in chosen],
        [entry.source_id for entry in chosen],
        [entry.effective_at for entry in chosen],
        [entry.accounting_on for entry in chosen],
        [entry.reverses_id for entry in chosen],
        [entry.kind for entry, *_ in lines],
        [entry.source for entry, *_ in lines],
        [entry.source_id for entry, *_ in lines],
        [account for _, account, *_ in lines],
        [value for *_, value in lines],
        [site for _, _, _, site, _ in lines],
        [party for _, _, party, *_ in lines],
        into=[Journal, JournalLine],
    )
    if unmapped:
        batch.write(
            UNMAPPED,
            [entry.kind for entry, _ in unmapped],
            [entry.source for entry, _ in unmapped],
            [entry.source_id for entry, _ in unmapped],
            [amount.purpose.value for _, amount in unmapped],
            [amount.class_id for _, amount in unmapped],
            [amount.amount for _, amount in unmapped],
        )


def _account_of(batch: Batch, entry: Entry, amount: Amount) -> tuple[int, bool]:
    if amount.account_id is not None:
        return amount.account_id, True
    return account_for(batch, entry.company_id, amount.purpose, amount.class_id, otherwise=amount.otherwise)
