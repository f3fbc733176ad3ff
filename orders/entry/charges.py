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

# (item id, stock quantity) of what one site sends, and what its lines are worth, net.
Consigned = tuple[list[tuple[int, Decimal]], Decimal]


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
    fact: LineFacts,
    factor: UnitFactor,
    *,
    source: str,
    amount: Decimal,
    note: str,
    step: dict[str, Any],
    more: Sequence[dict[str, Any]] = (),
) -> ChargeLine:
    """One unit of the service `fact` at `amount`; `step`, and `more` after it, are its price's why."""
    assert fact.item_id is not None
    steps = [{"step": source, "value": amount, **each} for each in (step, *more)]
    priced = PricedLine(None, amount, source, amount, steps=steps)
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


def consignments_of(
    sites: Sequence[int], facts: Sequence[LineFacts], outcomes: Sequence[LineOutcome]
) -> list[Consigned]:
    """What is carried and what it is worth, apart for each site that lines leave from (`sites`, by position)."""
    found = []
    for site_id in dict.fromkeys(sites):
        chosen = [place for place, site in enumerate(sites) if site == site_id]
        of_site = [outcomes[place] for place in chosen]
        found.append((goods_of([facts[place] for place in chosen], of_site), value_of(of_site)))
    return found


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
