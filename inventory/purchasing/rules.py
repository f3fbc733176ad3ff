"""How much to buy of what an order line waits for, and in which unit. No database, no clock."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from erp.kernel.quantity import UnitFactor
from masterdata.catalogue.rules import Offer

STEP = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Purchase:
    """What is asked of the supplier: whole units at their cost, due on a day."""

    quantity: Decimal
    unit: str
    unit_cost: Decimal
    due_on: date


def purchase_of(
    to_buy: Decimal, offer: Offer, stock: UnitFactor, *, to_customer: bool, today: date
) -> Purchase:
    """Whole units of the offer that cover `to_buy`, which is in the stock unit.

    A customer is sent no more than was ordered: where whole units make more, it is asked for in the stock unit, at its
    share of the cost.
    """
    due_on = today + timedelta(days=offer.lead_time_days)
    if not to_customer or offer.covers_exactly(to_buy):
        return Purchase(offer.units_for(to_buy), offer.factor.unit, offer.cost, due_on)
    cost = (offer.cost * offer.factor.denominator / offer.factor.numerator).quantize(
        STEP, rounding=ROUND_HALF_UP
    )
    return Purchase(to_buy, stock.unit, cost, due_on)


def buy_by(requested_on: date, lead_time_days: int) -> date:
    """The last day on which ordering still brings it in time."""
    return requested_on - timedelta(days=lead_time_days)
