"""What is charged beside the goods, each as a line of its own: freight by tariff, fees by rule. Nobody sets them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from erp.kernel.quantity import UnitFactor
from orders.pricing.rules import PricedLine

from .gates import LineOutcome
from .models import OrderLine
from .needs import needs_of
from .reads import LineFacts
from .rules import LineRequest

FREIGHT = OrderLine.PriceSource.FREIGHT.value
FEE = OrderLine.PriceSource.FEE.value
CHARGES = (FREIGHT, FEE)
FREE_GOODS = OrderLine.PriceSource.FREE.value
ADDED = (*CHARGES, FREE_GOODS)  # lines that nobody keys: they follow from the others
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """A charge as the line that it becomes. `outcome` says what of, its steps why."""

    request: LineRequest
    fact: LineFacts
    outcome: LineOutcome
    note: str  # what for, in words

    @property
    def amount(self) -> Decimal:
        return self.outcome.priced.net


def charge_line(
    fact: LineFacts, factor: UnitFactor, *, source: str, amount: Decimal, step: dict[str, Any], note: str
) -> ChargeLine:
    """One unit of the service `fact` at `amount`; `step` is its price's why."""
    assert fact.item_id is not None
    priced = PricedLine(None, amount, source, amount, steps=[{"step": source, "value": amount, **step}])
    request = LineRequest(fact.item_id, ONE, factor.unit, price_reason=note[:120])
    return ChargeLine(request, fact, LineOutcome("", factor.to_stock(ONE), priced), note)


def with_charges(
    facts: Sequence[LineFacts], outcomes: Sequence[LineOutcome], charges: Sequence[ChargeLine]
) -> tuple[list[LineFacts], list[LineOutcome]]:
    """The lines with the charges as the last ones."""
    return (
        [*facts, *(charge.fact for charge in charges)],
        [*outcomes, *(charge.outcome for charge in charges)],
    )


def goods_of(facts: Sequence[LineFacts], outcomes: Sequence[LineOutcome]) -> list[tuple[int, Decimal]]:
    """What has to be carried: (item id, stock quantity) of the goods that can be taken, of kits what is in them."""
    quantities = [Decimal(0) if outcome.problem else outcome.stock_quantity for outcome in outcomes]
    return [(need.item_id, need.quantity) for need in needs_of(facts, quantities)]


def value_of(outcomes: Sequence[LineOutcome]) -> Decimal:
    """Net of the lines that can be taken, charges left out."""
    return sum(
        (
            outcome.priced.net
            for outcome in outcomes
            if not outcome.problem and outcome.priced.source not in CHARGES
        ),
        Decimal(0),
    )


def goods_net(net: Decimal, outcomes: Sequence[LineOutcome]) -> Decimal:
    """What an order's goods come to: its net without the charges that are among its lines."""
    charged = (outcome.priced.net for outcome in outcomes if outcome.priced.source in CHARGES)
    return net - sum(charged, Decimal(0))
