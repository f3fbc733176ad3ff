"""The price check: what one line would cost a customer and why, from how many on it costs less, and where it is.

Nothing is priced here: every figure is the answer of the same look that the order desk takes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from erp.kernel import clock
from masterdata.models import Customer, Item, Price
from masterdata.parties.queries import groups_above
from orders.entry.reads import LineFacts
from orders.entry.rules import LineRequest, OrderRequest

from .availability import availability, in_unit
from .preview import Seen, look_at
from .queries import by_site, next_receipt, price_steps

MOST_BREAKS = 12


@dataclass(frozen=True, slots=True)
class PriceCheck:
    """One customer, item, quantity and date: the price with each step, and when it could leave."""

    code: str
    name: str
    unit: str
    quantity: Decimal
    currency: str
    list_price: Decimal | None
    unit_price: Decimal | None
    net: Decimal
    steps: list[dict[str, Any]]
    promised_on: date | None
    free: Decimal
    availability: str
    problem: str


@dataclass(frozen=True, slots=True)
class Break:
    """From `quantity` on the unit price is another: `saving` in percent of the price asked for, None where dearer."""

    quantity: Decimal
    unit_price: Decimal
    saving: Decimal | None


@dataclass(frozen=True, slots=True)
class PriceSheet:
    """The check with what the clerk tells beside it. `margin` in percent, None for who may not know."""

    check: PriceCheck
    tone: str  # of the availability
    margin: Decimal | None
    sees_margin: bool
    breaks: list[Break]
    sites: list[dict[str, Any]]  # site, here, free in words
    next_receipt: Mapping[str, Any] | None
    stock_unit: str


def check_price(
    *,
    user: Any,
    customer_id: int,
    item_id: int,
    quantity: Decimal,
    unit: str,
    on: date,
    ship_to_id: int | None = None,
    job: str = "",
) -> PriceCheck:
    """What one line would cost and when it would leave, if it were ordered now for delivery `on`."""
    lines = [LineRequest(item_id, quantity, unit)]
    request = OrderRequest(customer_id, lines, on, "desk", ship_to_id=ship_to_id, job=job)
    return _checked(look_at(request, user), unit)


def price_sheet(
    *, user: Any, customer: Customer, item: Item, quantity: Decimal, unit: str, on: date
) -> PriceSheet:
    """What one line would cost if it were ordered `on` that day for the same day, and everything beside it."""
    at = _instant(on, customer)
    line = LineRequest(item.pk, quantity, unit)
    seen = look_at(OrderRequest(customer.pk, [line], on, "desk"), user, at=at)
    check, fact = _checked(seen, unit), seen.facts[0]
    here = by_site(item.pk, seen, user)
    return PriceSheet(
        check=check,
        tone=availability(seen.promises[0], check.free, fact)[1] if 0 in seen.promises else "mute",
        margin=seen.outcomes[0].margin(fact.unit_cost) if seen.sees_cost and not check.problem else None,
        sees_margin=seen.sees_cost,
        breaks=_breaks(user, customer, item, check, fact, on, at),
        sites=[{**place, "text": in_unit(place["free"], fact) if fact.factor else ""} for place in here],
        next_receipt=next_receipt(item.pk, seen.header.site_id),
        stock_unit=item.stock_unit_id,
    )


def _instant(on: date, customer: Customer) -> datetime:
    """Now for today; else noon of the day where the customer's company keeps its books, before any cut-off."""
    zone, now = ZoneInfo(customer.company.time_zone), clock.now()
    return now if now.astimezone(zone).date() == on else datetime.combine(on, time(12), zone)


def _checked(seen: Seen, unit: str) -> PriceCheck:
    fact, outcome, promise = seen.facts[0], seen.outcomes[0], seen.promises.get(0)
    free = seen.standing.free.get(fact.item_id or 0, Decimal(0))
    return PriceCheck(
        code=fact.code,
        name=fact.name,
        unit=fact.factor.unit if fact.factor else unit,
        quantity=seen.request.lines[0].quantity,
        currency=seen.header.currency,
        list_price=outcome.priced.list_price,
        unit_price=outcome.priced.unit_price,
        net=outcome.priced.net,
        steps=price_steps(outcome.priced.steps),
        promised_on=promise.on if promise else None,
        free=free,
        availability=availability(promise, free, fact)[0] if promise else "",
        problem=outcome.problem,
    )


def _breaks(
    user: Any, customer: Customer, item: Item, check: PriceCheck, fact: LineFacts, on: date, at: datetime
) -> list[Break]:
    """The quantities at which the customer's price changes, each priced by the same look, cheapest last."""
    if check.problem or check.unit_price is None or fact.factor is None:
        return []
    wanted = [LineRequest(item.pk, n, check.unit) for n in _thresholds(customer, item, fact, on)]
    if not wanted:
        return []
    seen = look_at(OrderRequest(customer.pk, wanted, on, "desk"), user, at=at)
    found: list[Break] = []
    for line, outcome in zip(wanted, seen.outcomes, strict=True):
        price = outcome.priced.unit_price
        if outcome.problem or price is None or (found and found[-1].unit_price == price):
            continue
        saved = (check.unit_price - price) * 100 / check.unit_price if check.unit_price else Decimal(0)
        found.append(Break(line.quantity, price, saved if saved > 0 else None))
    return found if len(found) > 1 else []


def _thresholds(customer: Customer, item: Item, fact: LineFacts, on: date) -> list[Decimal]:
    """One, and every quantity that a price of the customer or its groups begins at, in the unit asked for."""
    assert fact.factor is not None
    targets = [item.pk, -item.item_class_id]
    if item.item_class.parent_id is not None:
        targets.append(-item.item_class.parent_id)
    holders = [customer.pk, *(-group_id for group_id in groups_above(customer.group_id))]
    holds = Q(valid_to=None) | Q(valid_to__gt=on)
    assigned = Q(scope__customers__valid_to=None) | Q(scope__customers__valid_to__gt=on)
    rows = (
        Price.objects.filter(holds, target__in=targets, valid_from__lte=on, min_quantity__gt=0)
        .filter(assigned, scope__customers__holder__in=holders, scope__customers__valid_from__lte=on)
        .filter(scope__company=customer.company_id)
        .values_list("min_quantity", "unit")
        .distinct()
    )
    factors = {unit.unit_id: Fraction(unit.numerator, unit.denominator) for unit in item.units.all()}
    step = Decimal(1).scaleb(-fact.factor.decimals)
    found = {Decimal(1)}
    for least, unit in rows:
        exact = Fraction(least) * factors.get(unit, Fraction(1)) / fact.factor.fraction
        value = Decimal(exact.numerator) / Decimal(exact.denominator)
        found.add(value.quantize(step, rounding=ROUND_CEILING))
    return sorted(found)[:MOST_BREAKS]
