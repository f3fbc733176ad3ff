"""Freight of an order as its customer's company charges it on a day."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from erp.kernel.batch import Batch
from erp.kernel.quantity import UnitFactor

from .reads import TARIFF, TARIFF_OF_DAY
from .rules import Consignment, Quote, Rate, Tariff, quote


@dataclass(frozen=True, slots=True)
class Freight:
    """A quote, and the service item that it is charged as."""

    quote: Quote
    tariff: str
    item_id: int
    code: str
    name: str
    unit: UnitFactor
    tax_code_id: int | None
    tax_rate: Decimal | None


def freight_of(
    batch: Batch,
    *,
    customer_id: int,
    ship_to_id: int | None,
    on: date,
    items: Sequence[tuple[int, Decimal]],
    value: Decimal,
    currency: str,
) -> Freight | None:
    """What is added for carriage of (item id, quantity in its stock unit) worth `value` net; one statement.

    None where the company has no tariff that day, or none of its rates leads there.
    """
    rows = batch.read(
        TARIFF,
        on,
        on,
        [item_id for item_id, _ in items],
        [quantity for _, quantity in items],
        ship_to_id,
        on,
        customer_id,
    )
    if not rows:
        return None
    (
        tariff_id, tariff_code, basis, free_from, surcharge, country, postal_code, weight, unweighed, rates,
        item_id, code, name, unit, numerator, denominator, decimals, tax_code_id, tax_rate,
    ) = rows[0]  # fmt: skip
    found = quote(
        Tariff(tariff_id, tariff_code, basis, free_from, surcharge, _rates(rates)),
        Consignment(country, postal_code, weight, unweighed, value),
        currency,
    )
    if found is None:
        return None
    factor = UnitFactor(unit, numerator, denominator, decimals)
    return Freight(found, tariff_code, item_id, code, name, factor, tax_code_id, tax_rate)


def tariff_of(batch: Batch, *, company_id: int, on: date) -> Tariff | None:
    """The company's tariff of a day with all its rates, for an estimate of what carriage between its own sites costs:
    goods of any value pay."""
    rows = batch.read(TARIFF_OF_DAY, company_id, on, on)
    if not rows:
        return None
    tariff_id, code, basis, surcharge, rates = rows[0]
    return Tariff(tariff_id, code, basis, None, surcharge, _rates(rates))


def _rates(text: str | None) -> list[Rate]:
    return [
        Rate(rate_id, country, prefix, Decimal(least), Decimal(charge), Decimal(per_unit))
        for rate_id, country, prefix, least, charge, per_unit in (
            json.loads(text, parse_float=Decimal) if text else ()
        )
    ]
