"""Freight that is prepaid and added: quoted when the order is taken, its last line, charged with the first shipment."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from erp.kernel.batch import Batch
from erp.kernel.formats import write_quantity
from masterdata.freight.quoting import Freight, freight_of
from masterdata.parties.models import Customer

from .changes import Change, LockedOrder, Plan
from .charges import CHARGES, FREIGHT, ChargeLine, charge_line, goods_of, value_of, with_charges
from .reads import Header, LineFacts


def quote_freight(
    batch: Batch,
    header: Header,
    goods: Sequence[tuple[int, Decimal]],
    value: Decimal,
    *,
    line_id: int | None = None,
    preview: bool = False,
) -> ChargeLine | None:
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


def _line(found: Freight, line_id: int) -> ChargeLine:
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
    step = {"code": found.tariff, **why}
    return charge_line(fact, found.unit, source=FREIGHT, amount=amount, step=step, note=freight_note(step))


def freight_note(step: dict[str, Any]) -> str:
    """`STD: 12.5 kg to BE 2000`."""
    note = f"{step['code']}: {write_quantity(Decimal(step['weight']))} kg to {step['to']}"
    return note + (f", {step['unweighed']} lines without a weight" if step.get("unweighed") else "")


def quoted_anew(batch: Batch, locked: LockedOrder, header: Header, change: Change) -> Change:
    """The change with the freight of what the order will be, by the terms that the customer has now."""
    before = next((row for row in locked.lines if row.price_source == FREIGHT and row.net), None)
    touched = change.numbers
    stays = [row for row in locked.lines if row.line not in touched and row.price_source not in CHARGES]
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
    facts, outcomes = with_charges(change.facts, change.outcomes, [freight])
    return Change([*change.plans, plan], facts, outcomes, change.dropped)
