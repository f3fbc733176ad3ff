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


@dataclass(frozen=True, slots=True)
class LinesSubstituted:
    """What was short of an order comes as something else; the demands are those of the substitutes."""

    topic: ClassVar[str] = "orders.lines_substituted.v1"
    order_id: int
    demand_ids: list[int]

    @property
    def document(self) -> str:
        return f"order:{self.order_id}"
