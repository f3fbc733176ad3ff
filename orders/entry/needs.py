"""Which demands a line makes: one of its item, or one of each component of its kit (OC14)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from erp.kernel.quantity import STOCK_STEP
from inventory.commitments.rules import Promise, Wanted, promise_of_kits

from .kits import Component
from .models import LineDemand
from .reads import LineFacts

ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Need:
    """One demand of the line at `place`, in the stock unit of its item."""

    place: int
    line_id: int
    demand_id: int
    item_id: int
    quantity: Decimal
    component: Component | None = None  # where it is one of a kit
    kit_item_id: int | None = None

    def wanted(self, on: date, kit_rule: str = "", method: str = "stock") -> Wanted:
        """As it is promised. `kit_rule`: how the components of a kit leave, blank in whole kits. `method`: how the
        line is supplied; components come from stock."""
        if self.component is None:
            return Wanted(self.item_id, self.quantity, on, method)
        return Wanted(
            self.item_id,
            self.quantity,
            on,
            kit=self.line_id,
            kit_item_id=self.kit_item_id,
            per_kit=self.component.quantity,
            ship_rule=kit_rule,
        )


def needs_of(facts: Sequence[LineFacts], quantities: Sequence[Decimal]) -> list[Need]:
    """The demands of lines; `quantities` are in the lines' stock units. Services make none, nor does quantity zero."""
    needs: list[Need] = []
    for place, (fact, quantity) in enumerate(zip(facts, quantities, strict=True)):
        if fact.kind == "stocked" and quantity > 0:
            needs.append(Need(place, fact.line_id, fact.demand_id, fact.item_id or 0, quantity))
        elif quantity > 0:
            needs += [
                Need(
                    place,
                    fact.line_id,
                    each.demand_id,
                    each.item_id,
                    (quantity * each.quantity).quantize(STOCK_STEP),
                    each,
                    fact.item_id,
                )
                for each in fact.components
            ]
    return needs


def links_of(needs: Sequence[Need], roles: Mapping[int, str]) -> dict[str, list[Any]]:
    """The columns of LineDemand; `roles` by place, where a demand is no original."""
    ratios = [ONE if need.component is None else Fraction(need.component.quantity) for need in needs]
    original, component = LineDemand.Role.ORIGINAL.value, LineDemand.Role.COMPONENT.value
    return {
        "line": [need.line_id for need in needs],
        "demand": [need.demand_id for need in needs],
        "role": [roles.get(need.place, original) if need.component is None else component for need in needs],
        "numerator": [ratio.numerator for ratio in ratios],
        "denominator": [ratio.denominator for ratio in ratios],
    }


def promises_by_line(
    needs: Sequence[Need], promises: Sequence[Promise], quantities: Sequence[Decimal]
) -> dict[int, Promise]:
    """What each line is promised, by place and in its stock unit: of a kit, the whole ones."""
    found: dict[int, Promise] = {}
    kits: dict[int, list[tuple[Promise, Decimal]]] = {}
    for need, promise in zip(needs, promises, strict=True):
        if need.component is None:
            found[need.place] = promise
        else:
            kits.setdefault(need.place, []).append((promise, need.component.quantity))
    found |= {place: promise_of_kits(parts, quantities[place]) for place, parts in kits.items()}
    return found


def limiting(needs: Sequence[Need], promises: Sequence[Promise]) -> dict[int, Component]:
    """The component that each kit waits for longest, by place; none where stock serves all of them alike."""
    found: dict[int, tuple[date, Component]] = {}
    for need, promise in zip(needs, promises, strict=True):
        if need.component is None or promise.reserved == need.quantity:
            continue
        on = promise.on or date.max
        if need.place not in found or on > found[need.place][0]:
            found[need.place] = (on, need.component)
    return {place: component for place, (_, component) in found.items()}
