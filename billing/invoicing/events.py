"""What billing announces."""

from dataclasses import dataclass
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
