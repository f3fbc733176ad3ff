"""What the dock announces."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class GoodsReceived:
    topic: ClassVar[str] = "inventory.goods_received.v1"
    receipt_id: int

    @property
    def document(self) -> str:
        return f"receipt:{self.receipt_id}"
