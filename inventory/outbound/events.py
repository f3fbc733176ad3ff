"""What the warehouse announces."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ShippedLine:
    """One shipment line as it left: quantity in the stock unit, cost as the stock was valued."""

    line_id: int
    shipment_id: int
    demand_id: int
    quantity: Decimal
    cost: Decimal


@dataclass(frozen=True, slots=True)
class GoodsShipped:
    """Inline: what may be charged is written with the goods that left (design.md 8)."""

    company_id: int
    site_id: int
    shipped_at: datetime
    lines: list[ShippedLine]
    kits: bool  # components of kits may be among the lines


@dataclass(frozen=True, slots=True)
class ShipmentConfirmed:
    topic: ClassVar[str] = "inventory.shipment_confirmed.v1"
    shipment_id: int
    company_id: int
    effective_at: str = ""  # set when it was confirmed with a time in the past: what follows keeps that time

    @property
    def document(self) -> str:
        return f"shipment:{self.shipment_id}"


@dataclass(frozen=True, slots=True)
class GoodsReturned:
    """Inline: a shipment was reversed before it was charged."""

    shipment_ids: list[int]


@dataclass(frozen=True, slots=True)
class ShipmentReversed:
    topic: ClassVar[str] = "inventory.shipment_reversed.v1"
    shipment_id: int

    @property
    def document(self) -> str:
        return f"shipment:{self.shipment_id}"


@dataclass(frozen=True, slots=True)
class DeliveryConfirmed:
    """The customer has received a shipment."""

    topic: ClassVar[str] = "inventory.delivery_confirmed.v1"
    shipment_id: int
    company_id: int

    @property
    def document(self) -> str:
        return f"shipment:{self.shipment_id}"
