"""What the stock ledger announces."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Posting:
    """One stock posting as its inline subscribers need it."""

    id: int
    kind: str  # StockPosting.Kind
    company_id: int
    site_id: int
    currency: str
    source: str
    source_id: int
    effective_at: datetime
    accounting_on: date
    reverses_id: int | None
    values: dict[int, Decimal]  # signed value by item class, company currency
    # Of an adjustment, which has no `values`: by reason and item class.
    reasons: dict[tuple[str, int], Decimal] = field(default_factory=dict)
    to_site_id: int | None = None  # of a transfer, whose `values` leave `site_id` for it


@dataclass(frozen=True, slots=True)
class StockPosted:
    """Inline: stock and books change together or not at all."""

    postings: list[Posting]
