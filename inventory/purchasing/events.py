"""What purchasing announces for the books."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class SupplyReceived:
    """What came of one supply: stock unit, and its value at the ordered cost. Below zero it is taken back."""

    supply_id: int
    quantity: Decimal
    value: Decimal


@dataclass(frozen=True, slots=True)
class SuppliesReceived:
    """Inline: what came of a purchase order, to the site or to its customer, is owed to the supplier."""

    purchase_order_id: int
    received: Sequence[SupplyReceived]
