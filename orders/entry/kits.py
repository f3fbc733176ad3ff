"""What is in a kit, as an order of it is placed: read with the line, and kept by its demands (OC14)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from orders.pricing.rules import replacement_cost

# What is in one kit on that day, each component with the id of the demand to come.
COMPONENTS = """
    SELECT json_agg(json_build_array({demand}, p.id, p.code, p.status, p.standard_cost, p.quantity))::text
    FROM (SELECT c.id, c.code, c.status, c.standard_cost, kc.quantity
        FROM masterdata_kitcomponent kc JOIN masterdata_item c ON c.id = kc.component_id
        WHERE kc.kit_id = i.id AND kc.valid_from <= h.on_day AND (kc.valid_to IS NULL OR kc.valid_to > h.on_day)
        ORDER BY kc.position, c.code) p"""


@dataclass(frozen=True, slots=True)
class Component:
    """One component of a kit: `quantity` of it, in its stock unit, is in one kit."""

    demand_id: int
    item_id: int
    code: str
    status: str
    unit_cost: Decimal
    quantity: Decimal


def components_of(text: str | None) -> tuple[Component, ...]:
    """Components as the reading statements list them."""
    return tuple(
        Component(demand_id, item_id, code, status, replacement_cost(Decimal(cost)), Decimal(quantity))
        for demand_id, item_id, code, status, cost, quantity in (
            json.loads(text, parse_float=Decimal) if text else ()
        )
    )


def cost_of(components: Sequence[Component]) -> Decimal:
    """What one kit costs."""
    return sum((each.unit_cost * each.quantity for each in components), Decimal(0))
