"""What receivables tell inside their transactions; of disputes below what is open, see `ItemsLowered` of invoicing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Deducted:
    """An amount that a payer held back of an item, and what for (`Deduction`)."""

    receipt_id: int
    company_id: int
    customer_id: int
    item_id: int
    currency: str
    amount: Decimal
    kind: str
    today: date  # of the company


@dataclass(frozen=True, slots=True)
class CashDeducted:
    """Payments that are short because something was deducted; their items are held."""

    deducted: Sequence[Deducted]


@dataclass(frozen=True, slots=True)
class CashTakenBack:
    """What receipts had settled of items was taken back; the items are held."""

    pairs: Sequence[tuple[int, int]]  # receipt, item
