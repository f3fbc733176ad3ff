"""What returns announce."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ReturnDisposed:
    """Goods were inspected: their credit is due."""

    topic: ClassVar[str] = "orders.return_disposed.v1"
    return_id: int

    @property
    def document(self) -> str:
        return f"return:{self.return_id}"


@dataclass(frozen=True, slots=True)
class ClaimPaid:
    """Inline: a carrier has paid for damage; the books follow in the same transaction. Company currency."""

    claim_id: int
    company_id: int
    site_id: int
    currency: str
    amount: Decimal
    effective_at: datetime
    accounting_on: date
