"""What payables announce."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class AccrualsGrew:
    """More of a purchase order was received, so that invoices that waited for it may be clean."""

    topic: ClassVar[str] = "billing.accruals_grew.v1"
    purchase_order_id: int

    @property
    def document(self) -> str:
        return f"purchaseorder:{self.purchase_order_id}"
