"""What the dock announces."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from inventory.stock.reads import Place


@dataclass(frozen=True, slots=True)
class GoodsReceived:
    topic: ClassVar[str] = "inventory.goods_received.v1"
    receipt_id: int

    @property
    def document(self) -> str:
        return f"receipt:{self.receipt_id}"


@dataclass(frozen=True, slots=True)
class GoodsTakenIn:
    """Goods that a document has put into bins of a site, in the same transaction: a quantity (stock unit) by place."""

    company_id: int
    site_id: int
    source: str  # the document's kind, "inventory.receipt"
    source_id: int
    document: str  # its number
    places: Sequence[Place]
    quantities: Sequence[Decimal]
