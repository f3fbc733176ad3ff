"""What e-invoicing announces."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class EInvoiceRequested:
    """A posted document is to be made an e-invoice, for the first time or again."""

    topic: ClassVar[str] = "billing.einvoice_requested.v1"
    einvoice_id: int

    @property
    def document(self) -> str:
        return f"einvoice:{self.einvoice_id}"
