"""What order entry announces."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class OrderSubmitted:
    topic: ClassVar[str] = "orders.order_submitted.v1"
    order_id: int

    @property
    def document(self) -> str:
        return f"order:{self.order_id}"


@dataclass(frozen=True, slots=True)
class OrderChanged:
    """Lines were amended or cancelled."""

    topic: ClassVar[str] = "orders.order_changed.v1"
    order_id: int

    @property
    def document(self) -> str:
        return f"order:{self.order_id}"
