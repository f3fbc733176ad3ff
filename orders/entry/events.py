"""What order entry announces."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class OfOrder:
    """Something of one order, told in the order in which it happened to it."""

    order_id: int

    @property
    def document(self) -> str:
        return f"order:{self.order_id}"


@dataclass(frozen=True, slots=True)
class OrderSubmitted(OfOrder):
    topic: ClassVar[str] = "orders.order_submitted.v1"


@dataclass(frozen=True, slots=True)
class RushShort(OfOrder):
    """A rush order came, or an order became one, of which not everything may be in stock for it."""

    topic: ClassVar[str] = "orders.rush_short.v1"


@dataclass(frozen=True, slots=True)
class OrderChanged(OfOrder):
    """Lines were amended or cancelled."""

    topic: ClassVar[str] = "orders.order_changed.v1"


@dataclass(frozen=True, slots=True)
class LinesSubstituted(OfOrder):
    """What was short of an order comes as something else; the demands are those of the substitutes."""

    topic: ClassVar[str] = "orders.lines_substituted.v1"
    demand_ids: list[int]


@dataclass(frozen=True, slots=True)
class LinesRestated:
    """Lines of a locked order are about to want these quantities, each in its item's stock unit.

    Announced inline, before credit and stock are locked. Whoever counts what the lines take gives back or takes
    more in the same transaction; a typed refusal stops the change.
    """

    order_id: int
    line_ids: Sequence[int]
    quantities: Sequence[Decimal]
