"""The price of a line: one pure function from candidates to steps to a result (PR02, PR09)."""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from erp.kernel.money import round_money

PRICE_STEP = Decimal("0.000001")
SOURCE_OF_RANK = {1: "agreement", 2: "group", 3: "list"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stored price that fits customer, item, quantity and date: the best of its kind."""

    price_id: int
    method: str  # net: value per unit; discount: percent off list
    value: Decimal
    rank: int
    factor: Fraction  # stock units in the unit the price is for


@dataclass(frozen=True, slots=True)
class PricedLine:
    """What a line costs, and why. Prices are per entered unit, net, in the order's currency."""

    list_price: Decimal | None
    unit_price: Decimal | None  # None: nobody knows a price
    source: str
    net: Decimal
    steps: list[dict[str, Any]] = field(default_factory=list)


def price_line(
    *,
    quantity: Decimal,
    factor: Fraction,
    listed: Candidate | None,
    best: Candidate | None,
    override: Decimal | None,
    override_source: str,
    currency: str,
) -> PricedLine:
    """Price of `quantity` in a unit of `factor` stock units: list, then the best terms, then an override.

    A discount is taken from the list price; without one it gives no price.
    """
    steps: list[dict[str, Any]] = []
    list_price = _per_unit(listed.value, listed.factor, factor) if listed else None
    price, source = list_price, "list"
    if listed:
        steps.append({"step": "list", "price": listed.price_id, "value": list_price})
    if best and best.rank < 3:
        source = SOURCE_OF_RANK[best.rank]
        if best.method == "net":
            price = _per_unit(best.value, best.factor, factor)
        elif list_price is not None:
            price = (list_price * (100 - best.value) / 100).quantize(PRICE_STEP, rounding=ROUND_HALF_UP)
        step: dict[str, Any] = {"step": source, "price": best.price_id, "value": price}
        if best.method == "discount":
            step["percent"] = best.value
        steps.append(step)
    if override is not None:
        steps.append({"step": override_source, "value": override})
        price, source = override, override_source
    if price is None:
        return PricedLine(list_price, None, "", Decimal(0), steps)
    return PricedLine(list_price, price, source, round_money(price * quantity, currency), steps)


def _per_unit(value: Decimal, price_factor: Fraction, factor: Fraction) -> Decimal:
    """A price for one unit as a price for another unit of the same item, six decimals."""
    if price_factor == factor:
        return value
    exact = Fraction(value) * factor / price_factor
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(
        PRICE_STEP, rounding=ROUND_HALF_UP
    )


def margin_percent(*, net: Decimal, cost: Decimal) -> Decimal | None:
    """Margin as a percentage of net, one decimal; None where nothing is charged."""
    if not net:
        return None
    return ((net - cost) * 100 / net).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
