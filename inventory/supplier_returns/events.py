"""What suppliers answer, for the books."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class GoodsSentBack:
    """Inline: a batch left for its supplier, at its value in stock."""

    return_id: int
    company_id: int
    supplier_id: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class SupplierAnswered:
    """Inline: what of the value that went back no credit will come for (below zero: more was credited)."""

    return_id: int
    company_id: int
    site_id: int
    currency: str
    lost: Decimal
    effective_at: datetime
    accounting_on: date
