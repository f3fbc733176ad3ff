"""Freight that is prepaid and added: quoted when the order is taken, its last line, charged with the first shipment."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate
from typing import Any

from erp.kernel.batch import Batch
from erp.kernel.formats import write_quantity
from masterdata.freight.quoting import Freight, freight_of
from masterdata.parties.models import Customer

from .changes import Change, LockedOrder, Plan
from .charges import (
    CHARGES,
    FREIGHT,
    ChargeLine,
    Consigned,
    charge_line,
    consignments_of,
    with_charges,
)
from .reads import Header, LineFacts


def quote_freight(
    batch: Batch,
    header: Header,
    consignments: Sequence[Consigned],
    *,
    line_id: int | None = None,
    preview: bool = False,
) -> ChargeLine | None:
    """What is added for carriage of each consignment, as one line; None where nothing is.

    Every site's part is carried and judged by itself. Asks nothing for customers whose freight is not prepaid and
    added, else once a consignment. `line_id`: of the line that it changes; else an id is drawn, but not for a preview.
    """
    if header.freight_terms != Customer.FreightTerms.PREPAID_ADD:
        return None
    asked = [
        freight_of(
            batch,
            customer_id=header.customer_id,
            ship_to_id=header.ship_to_id,
            on=header.on_day,
            items=goods,
            value=value,
            currency=header.currency,
        )
        for goods, value in consignments
        if goods
    ]
    found = [each for each in asked if each is not None and each.quote.amount]
    if not found:
        return None
    if line_id is None:
        line_id = 0 if preview else batch.draw(orders_orderline=1)["orders_orderline"][0]
    return _line(found, line_id)


def _line(found: Sequence[Freight], line_id: int) -> ChargeLine:
    """The service that carriage is charged as, at what all consignments come to; each is a step of its price."""
    service, amount = found[0], sum((each.quote.amount for each in found), Decimal(0))
    fact = LineFacts(
        line_id=line_id,
        demand_id=0,
        item_id=service.item_id,
        code=service.code,
        name=service.name,
        kind="service",
        status="active",
        unit_cost=Decimal(0),
        factor=service.unit,
        tax_code_id=service.tax_code_id,
        tax_rate=service.tax_rate,
        candidates=[],
    )
    steps = [{"code": each.tariff, **each.quote.why} for each in found]
    if len(found) > 1:
        reached = accumulate(each.quote.amount for each in found)
        steps = [{**step, "value": value} for step, value in zip(steps, reached, strict=True)]
    note = "; ".join(freight_note(step) for step in steps)
    return charge_line(
        fact, service.unit, source=FREIGHT, amount=amount, note=note, step=steps[0], more=steps[1:]
    )


def freight_note(step: dict[str, Any]) -> str:
    """`STD: 12.5 kg to BE 2000`."""
    note = f"{step['code']}: {write_quantity(Decimal(step['weight']))} kg to {step['to']}"
    return note + (f", {step['unweighed']} lines without a weight" if step.get("unweighed") else "")


def quoted_anew(batch: Batch, locked: LockedOrder, header: Header, change: Change) -> Change:
    """The change with the freight of what the order will be, by the terms that the customer has now."""
    before = next((row for row in locked.lines if row.price_source == FREIGHT and row.net), None)
    touched = change.numbers
    stays = [row for row in locked.lines if row.line not in touched and row.price_source not in CHARGES]
    freight = quote_freight(
        batch,
        header,
        _consigned(
            [(locked.site_of(row), row.goods_left if row.stock_left else [], row.net) for row in stays],
            [locked.site_of(plan.request) for plan in change.plans],
            change,
        ),
        line_id=before.line_id if before else None,
    )
    if freight is None:
        return change if before is None else replace(change, dropped=[*change.dropped, before])
    last = max(touched | {row.line for row in locked.lines})
    plan = Plan(before, freight.request, before.line if before else last + 1)
    facts, outcomes = with_charges(change.facts, change.outcomes, [freight])
    return Change([*change.plans, plan], facts, outcomes, change.dropped)


def _consigned(
    stays: Sequence[tuple[int, list[tuple[int, Decimal]], Decimal]], sites: Sequence[int], change: Change
) -> list[Consigned]:
    """What each site sends of what the order will be: of lines that stay (site, goods and net) and that change."""
    goods: dict[int, list[tuple[int, Decimal]]] = {}
    values: dict[int, Decimal] = {}
    changed = zip(dict.fromkeys(sites), consignments_of(sites, change.facts, change.outcomes), strict=True)
    for site_id, carried, worth in [*stays, *((site_id, *part) for site_id, part in changed)]:
        goods.setdefault(site_id, []).extend(carried)
        values[site_id] = values.get(site_id, Decimal(0)) + worth
    return [(carried, values[site_id]) for site_id, carried in goods.items()]
