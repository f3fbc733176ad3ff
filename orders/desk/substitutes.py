"""What the desk offers instead of an item that is not there in time, priced and promised by the desk's own look."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from masterdata.items.models import Substitute
from masterdata.items.queries import packs_of, substitutes_in_effect
from masterdata.items.substitution import Pack, StandIn, stand_ins
from orders.entry.models import SalesOrder
from orders.entry.queries import LineView
from orders.entry.rules import Asked, LineRequest, OrderRequest
from orders.entry.substituting import at_agreed_price

from .availability import availability, free_of
from .preview import Seen, is_late, look_at

MOST = 5
REHEARSED = "–"  # the offers are shown before anyone has agreed: a consent for the look only
KINDS = dict(Substitute.Kind.choices)


@dataclass(frozen=True, slots=True)
class Offered:
    """One substitute as the clerk reads it aloud. Price per `unit`, net, in the order's currency."""

    item_id: int
    code: str
    name: str
    kind: Any
    quantity: Decimal
    unit: str
    price: Decimal | None
    on: date | None  # when all of it can leave; None: no supply known
    text: str
    tone: str
    problem: str


def offers_of_draft(seen: Seen, user: Any) -> list[Offered]:
    """What may come instead of a look's only line, where stock does not serve it in time; six statements at most."""
    fact, line, promise = seen.facts[0], seen.request.lines[0], seen.promises.get(0)
    if line.asked is not None or fact.item_id is None or not is_late(promise, seen.request.requested_on):
        return []
    if promise and promise.reserved == seen.outcomes[0].stock_quantity:
        return []  # all of it is there: only the site's calendar keeps it
    asked = Asked(fact.item_id, line.quantity, fact.factor.unit if fact.factor else line.unit, REHEARSED)
    chain, packs = _chain(fact.item_id, seen)
    stock = Fraction(seen.outcomes[0].stock_quantity)
    lines = [_line(each, packs[each.item_id], stock, asked) for each in chain]
    return _offered(seen, chain, lines, user)


def offers_of_line(order: SalesOrder, view: LineView, user: Any) -> tuple[Seen, list[Offered]]:
    """What may come instead of what is short of an order's line, at the price that the order's line has; and the look
    at the shortage itself."""
    line = view.line
    per_unit = Fraction(line.stock_quantity) / Fraction(line.quantity)
    stock = Fraction(view.short) * per_unit
    asked = Asked(line.item_id, view.short, line.unit_id, REHEARSED)
    request = OrderRequest(
        order.customer_id,
        [LineRequest(line.item_id, view.short, line.unit_id)],
        order.requested_on,
        order.channel,
        ship_to_id=order.ship_to_id,
        site_id=view.site_id or order.site_id,
        job=order.job,
    )
    seen = look_at(request, user)
    chain, packs = _chain(line.item_id, seen)
    lines = [
        at_agreed_price(
            _line(each, packs[each.item_id], stock, asked), each, packs[each.item_id],
            price=line.unit_price, per_unit=per_unit, code=line.item.code,
        )
        for each in chain
    ]  # fmt: skip
    return seen, _offered(seen, chain, lines, user)


def _chain(item_id: int, seen: Seen) -> tuple[list[StandIn], dict[int, Pack]]:
    """The stand-ins that may be sold, in chain order; none for a customer who takes none."""
    if seen.consent == "never":
        return [], {}
    chain = stand_ins(item_id, substitutes_in_effect([item_id], on=seen.header.on_day))
    packs = packs_of(each.item_id for each in chain) if chain else {}
    return [each for each in chain if each.item_id in packs][:MOST], packs


def _line(each: StandIn, pack: Pack, stock: Fraction, asked: Asked) -> LineRequest:
    quantity, unit = pack.offered(stock * each.ratio)
    return LineRequest(each.item_id, quantity, unit, asked=asked)


def _offered(seen: Seen, chain: Sequence[StandIn], lines: Sequence[LineRequest], user: Any) -> list[Offered]:
    """One look at all of them: each is another item, so that none takes the other's stock."""
    if not chain:
        return []
    found = look_at(replace(seen.request, lines=list(lines), customer_po=""), user)
    offers = []
    for place, (each, line) in enumerate(zip(chain, lines, strict=True)):
        fact, outcome, promise = found.facts[place], found.outcomes[place], found.promises.get(place)
        text, tone = "", "mute"
        if promise is not None and fact.factor is not None:
            text, tone = availability(promise, free_of(fact, found.standing), fact)
        offers.append(
            Offered(
                item_id=each.item_id,
                code=fact.code,
                name=fact.name,
                kind=KINDS[each.kind],
                quantity=line.quantity,
                unit=line.unit,
                price=outcome.priced.unit_price,
                on=promise.on if promise else None,
                text=text,
                tone=tone,
                problem=outcome.problem,
            )
        )
    return offers
