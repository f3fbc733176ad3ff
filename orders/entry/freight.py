"""Freight that is prepaid and added: quoted when the order is taken, its last line, charged with the first shipment."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from erp.kernel.batch import Batch
from erp.kernel.formats import write_quantity
from masterdata.freight.quoting import Freight, freight_of
from masterdata.parties.models import Customer
from orders.pricing.rules import PricedLine

from .changes import Change, LockedOrder, Plan
from .gates import LineOutcome
from .models import OrderLine
from .needs import needs_of
from .reads import Header, LineFacts
from .rules import LineRequest

SOURCE = OrderLine.PriceSource.FREIGHT.value
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class FreightLine:
    """Freight as the line that it is charged as. `outcome` says what of, its steps why."""

    request: LineRequest
    fact: LineFacts
    outcome: LineOutcome
    note: str  # tariff, weight and destination in words

    @property
    def amount(self) -> Decimal:
        return self.outcome.priced.net


def quote_freight(
    batch: Batch,
    header: Header,
    goods: Sequence[tuple[int, Decimal]],
    value: Decimal,
    *,
    line_id: int | None = None,
    preview: bool = False,
) -> FreightLine | None:
    """What is added for carriage of `goods` (item id, stock quantity) worth `value`; None where nothing is.

    Asks nothing for customers whose freight is not prepaid and added. `line_id`: of the line that it changes; else
    an id is drawn, but not for a preview.
    """
    if header.freight_terms != Customer.FreightTerms.PREPAID_ADD or not goods:
        return None
    found = freight_of(
        batch,
        customer_id=header.customer_id,
        ship_to_id=header.ship_to_id,
        on=header.on_day,
        items=goods,
        value=value,
        currency=header.currency,
    )
    if found is None or not found.quote.amount:
        return None
    if line_id is None:
        line_id = 0 if preview else batch.draw(orders_orderline=1)["orders_orderline"][0]
    return _line(found, line_id)


def _line(found: Freight, line_id: int) -> FreightLine:
    amount, why = found.quote.amount, found.quote.why
    fact = LineFacts(
        line_id=line_id,
        demand_id=0,
        item_id=found.item_id,
        code=found.code,
        name=found.name,
        kind="service",
        status="active",
        unit_cost=Decimal(0),
        factor=found.unit,
        tax_code_id=found.tax_code_id,
        tax_rate=found.tax_rate,
        candidates=[],
    )
    step = {"step": SOURCE, "value": amount, "code": found.tariff, **why}
    priced = PricedLine(None, amount, SOURCE, amount, steps=[step])
    note = freight_note(step)
    request = LineRequest(found.item_id, ONE, found.unit.unit, price_reason=note[:120])
    return FreightLine(request, fact, LineOutcome("", found.unit.to_stock(ONE), priced), note)


def freight_note(step: dict[str, Any]) -> str:
    """`STD: 12.5 kg to BE 2000`."""
    note = f"{step['code']}: {write_quantity(Decimal(step['weight']))} kg to {step['to']}"
    return note + (f", {step['unweighed']} lines without a weight" if step.get("unweighed") else "")


def goods_of(facts: Sequence[LineFacts], outcomes: Sequence[LineOutcome]) -> list[tuple[int, Decimal]]:
    """What has to be carried: (item id, stock quantity) of the goods that can be taken, of kits what is in them."""
    quantities = [Decimal(0) if outcome.problem else outcome.stock_quantity for outcome in outcomes]
    return [(need.item_id, need.quantity) for need in needs_of(facts, quantities)]


def value_of(outcomes: Sequence[LineOutcome]) -> Decimal:
    """Net of the lines that can be taken."""
    return sum((outcome.priced.net for outcome in outcomes if not outcome.problem), Decimal(0))


def goods_net(net: Decimal, outcomes: Sequence[LineOutcome]) -> Decimal:
    """What an order's goods come to: its net without the freight that is among its lines."""
    freight = (outcome.priced.net for outcome in outcomes if outcome.priced.source == SOURCE)
    return net - sum(freight, Decimal(0))


def with_freight(
    facts: Sequence[LineFacts], outcomes: Sequence[LineOutcome], freight: FreightLine | None
) -> tuple[list[LineFacts], list[LineOutcome]]:
    """The lines with freight as the last one, where there is freight."""
    if freight is None:
        return list(facts), list(outcomes)
    return [*facts, freight.fact], [*outcomes, freight.outcome]


def quoted_anew(batch: Batch, locked: LockedOrder, header: Header, change: Change) -> Change:
    """The change with the freight of what the order will be, by the terms that the customer has now."""
    before = next((row for row in locked.lines if row.price_source == SOURCE and row.net), None)
    touched = change.numbers
    stays = [row for row in locked.lines if row.line not in touched and row.price_source != SOURCE]
    goods = [part for row in stays if row.stock_left for part in row.goods_left]
    freight = quote_freight(
        batch,
        header,
        goods + goods_of(change.facts, change.outcomes),
        sum((row.net for row in stays), value_of(change.outcomes)),
        line_id=before.line_id if before else None,
    )
    if freight is None:
        return change if before is None else replace(change, dropped=[*change.dropped, before])
    last = max(touched | {row.line for row in locked.lines})
    plan = Plan(before, freight.request, before.line if before else last + 1)
    facts, outcomes = with_freight(change.facts, change.outcomes, freight)
    return Change([*change.plans, plan], facts, outcomes, change.dropped)
