"""What promising announces."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class PromisesMoved:
    """The promised dates of these demands changed, and not because their customer asked for it."""

    topic: ClassVar[str] = "inventory.promises_moved.v1"
    demand_ids: list[int]

    @property
    def document(self) -> str:
        return f"demand:{self.demand_ids[0]}"
