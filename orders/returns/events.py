"""What returns announce."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ReturnDisposed:
    """Goods were inspected: their credit is due."""

    topic: ClassVar[str] = "orders.return_disposed.v1"
    return_id: int

    @property
    def document(self) -> str:
        return f"return:{self.return_id}"
