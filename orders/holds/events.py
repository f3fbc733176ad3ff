"""What holds announce."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class HoldPlaced:
    """Someone stopped an order by hand."""

    topic: ClassVar[str] = "orders.hold_placed.v1"
    order_id: int
    hold_id: int

    @property
    def document(self) -> str:
        return f"order:{self.order_id}"


@dataclass(frozen=True, slots=True)
class OrderUnheld:
    """One hold of an order was released; others may remain."""

    topic: ClassVar[str] = "orders.hold_released.v1"
    order_id: int
    hold_id: int

    @property
    def document(self) -> str:
        return f"order:{self.order_id}"


@dataclass(frozen=True, slots=True)
class RushUnheld:
    """A rush order beyond the quota may go ahead of others after all."""

    topic: ClassVar[str] = "orders.rush_unheld.v1"
    order_id: int

    @property
    def document(self) -> str:
        return f"order:{self.order_id}"
