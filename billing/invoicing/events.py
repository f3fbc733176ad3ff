"""What billing announces."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class InvoicePosted:
    """An invoice or credit memo has its number, its journal and its open item."""

    topic: ClassVar[str] = "billing.invoice_posted.v1"
    invoice_id: int

    @property
    def document(self) -> str:
        return f"invoice:{self.invoice_id}"


@dataclass(frozen=True, slots=True)
class InvoiceStopped:
    """A shipment was not clean enough to be charged."""

    topic: ClassVar[str] = "billing.invoice_stopped.v1"
    shipment_id: int

    @property
    def document(self) -> str:
        return f"shipment:{self.shipment_id}"


@dataclass(frozen=True, slots=True)
class Stop:
    """One rule that keeps one shipment from being charged; money in its currency."""

    company_id: int
    site_id: int
    shipment_id: int
    order_id: int
    kind: str
    detail: str
    amount: Decimal  # net of what is held back
    variance: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class BillingStopped:
    """Inline: rules of a run that nobody has put into the queue yet."""

    stops: list[Stop]


@dataclass(frozen=True, slots=True)
class ProblemsGone:
    """Inline: (shipment, kind) pairs in the queue whose rule no longer finds anything."""

    found: list[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class ItemsLowered:
    """Open items, held by the verb, of which less is about to be open than is disputed: by id, how much is left.

    Told inside the transaction before `open` is written, and only where it happens.
    """

    left: dict[int, Decimal]
    by_credit: bool  # a credit memo settles them; else money does
