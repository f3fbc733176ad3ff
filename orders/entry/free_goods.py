"""Goods that promotions give: lines of their own, at nothing, that follow from the line they came with (PR06).

A line earns the goods of one promotion, for each time that it reaches what the promotion asks. No statement where no
line earns any; else three, whatever the lines (two for a look).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from erp.kernel.batch import Batch
from erp.kernel.quantity import InexactQuantity
from orders.pricing.models import FreeGoods
from orders.pricing.rules import FreeOffer, price_free

from .changes import Change, LineRow, LockedOrder, Plan
from .charges import FREE_GOODS
from .gates import LineOutcome, line_problem
from .reads import Header, LineFacts, read_facts
from .rules import LineRequest, OrderRequest

# What each price gives for one time: of which item, in which unit.
GIVES = """
SELECT p.id, coalesce(f.id, p.item_id), coalesce(f.stock_unit_id, p.unit_id), p.value
FROM masterdata_price p LEFT JOIN masterdata_item f ON f.id = p.free_item_id WHERE p.id = ANY(%s::bigint[])"""
KEEP = """
INSERT INTO orders_freegoods (line_id, of_line_id, price_id, bought, given)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::numeric[], %s::numeric[])
ON CONFLICT (line_id) DO UPDATE SET price_id = excluded.price_id, bought = excluded.bought, given = excluded.given"""
DECLINE = "UPDATE orders_freegoods SET declined = true WHERE line_id = ANY(%s::bigint[])"
NUMBERED_FROM_ONE: Mapping[int, int] = {}
NOTHING_DECLINED: Mapping[int, frozenset[int]] = {}


@dataclass(frozen=True, slots=True)
class Gift:
    """What comes free with the line at `place`, as the line that it becomes. `given`: stock units for one time."""

    place: int
    offer: FreeOffer
    given: Decimal
    request: LineRequest
    fact: LineFacts
    outcome: LineOutcome

    @property
    def cost(self) -> Decimal:
        return self.fact.unit_cost * self.outcome.stock_quantity


def gifts_of(
    batch: Batch,
    request: OrderRequest,
    header: Header,
    facts: Sequence[LineFacts],
    outcomes: Sequence[LineOutcome],
    *,
    numbers: Mapping[int, int] = NUMBERED_FROM_ONE,
    declined: Mapping[int, frozenset[int]] = NOTHING_DECLINED,
) -> tuple[list[Gift], list[LineOutcome]]:
    """What the priced lines bring, and the lines with its cost; their ids are drawn by `with_ids`.

    `numbers`: the line numbers by place, where they do not run from 1. Goods that are not sold now, those that the unit
    does not count, those that the promotion's budget does not hold, and the items that were `declined` with a place, do
    not come; the line keeps why.
    """
    offers = {
        place: outcome.priced.free
        for place, outcome in enumerate(outcomes)
        if outcome.priced.free is not None and not outcome.problem
    }
    if not offers:
        return [], list(outcomes)
    gives = {row[0]: row[1:] for row in batch.read(GIVES, [offer.price_id for offer in offers.values()])}
    wanted = []
    for place, offer in offers.items():
        item_id, unit, value = gives[offer.price_id]
        site_id = request.lines[place].site_id  # it leaves with what it comes with
        quantity = value * offer.times
        wanted.append(LineRequest(item_id, quantity, unit, price_source=FREE_GOODS, site_id=site_id))
    asked = replace(request, lines=wanted, customer_po="", coupon="", site_id=header.site_id)
    _header, found = read_facts(batch, asked, preview=True)
    taken = _taken(outcomes)
    after, gifts = list(outcomes), []
    for (place, offer), line, fact in zip(offers.items(), wanted, found, strict=True):
        number = numbers.get(place, place + 1)
        if line.item_id in declined.get(place, ()):
            gift, reason = None, "declined"
        else:
            gift, reason = _gift(place, offer, line, fact, header.currency, taken, number)
        if gift is None:
            priced = outcomes[place].priced
            after[place] = replace(
                outcomes[place],
                priced=replace(priced, rejected=[*priced.rejected, [offer.price_id, reason]], free=None),
            )
            continue
        gifts.append(gift)
        after[place] = replace(outcomes[place], free_cost=gift.cost)
        for allowance_id, amount in gift.outcome.priced.draws:
            taken[allowance_id] = taken.get(allowance_id, Decimal(0)) + amount
    return gifts, after


def _taken(outcomes: Sequence[LineOutcome]) -> dict[int, Decimal]:
    """What the lines' own prices take of allowances."""
    taken: dict[int, Decimal] = {}
    for outcome in outcomes:
        for allowance_id, amount in outcome.priced.draws:
            taken[allowance_id] = taken.get(allowance_id, Decimal(0)) + amount
    return taken


def _gift(
    place: int,
    offer: FreeOffer,
    line: LineRequest,
    fact: LineFacts,
    currency: str,
    taken: Mapping[int, Decimal],
    number: int,
) -> tuple[Gift | None, str]:
    """The goods as a line, or why they do not come."""
    if fact.factor is None or line_problem(fact, line.quantity) or fact.kind != "stocked":
        return None, "not_sold"
    try:
        quantity = fact.factor.to_stock(line.quantity)
    except InexactQuantity:
        return None, "not_whole"
    priced = price_free(
        offer,
        of_line=number,
        quantity=line.quantity,
        factor=fact.factor.fraction,
        candidates=fact.candidates,
        cost=fact.unit_cost,
        currency=currency,
        taken=taken,
    )
    if priced is None:
        return None, "used_up"
    return Gift(place, offer, quantity / offer.times, line, fact, LineOutcome("", quantity, priced)), ""


def with_ids(batch: Batch, gifts: Sequence[Gift]) -> list[Gift]:
    """The gifts with ids for their lines and demands; no statement for none."""
    if not gifts:
        return []
    drawn = batch.draw(orders_orderline=len(gifts), inventory_demand=len(gifts))
    ids = zip(gifts, drawn["orders_orderline"], drawn["inventory_demand"], strict=True)
    return [
        replace(gift, fact=replace(gift.fact, line_id=line_id, demand_id=demand_id))
        for gift, line_id, demand_id in ids
    ]


def with_gifts(
    request: OrderRequest,
    facts: Sequence[LineFacts],
    outcomes: Sequence[LineOutcome],
    gifts: Sequence[Gift],
) -> tuple[OrderRequest, list[LineFacts], list[LineOutcome]]:
    """The order with its free goods behind the lines that were asked for."""
    lines = [*request.lines, *(gift.request for gift in gifts)]
    return (
        replace(request, lines=lines) if gifts else request,
        [*facts, *(gift.fact for gift in gifts)],
        [*outcomes, *(gift.outcome for gift in gifts)],
    )


def keep_gifts(batch: Batch, gifts: Sequence[Gift], of_lines: Sequence[int]) -> None:
    """Write which line each came with; `of_lines` runs parallel to the gifts."""
    if gifts:
        batch.write(
            KEEP,
            [gift.fact.line_id for gift in gifts],
            list(of_lines),
            [gift.offer.price_id for gift in gifts],
            [gift.offer.bought for gift in gifts],
            [gift.given for gift in gifts],
            into=[FreeGoods],
        )


def regiven(
    batch: Batch, locked: LockedOrder, asked: OrderRequest, header: Header, change: Change
) -> tuple[Change, list[tuple[Gift, int]]]:
    """The change with the free goods of its lines as they are earned now, each with the id of the line it comes with.

    Goods that a line brought before are restated, others come as new lines, what is not earned any more goes, and what
    somebody has cancelled by itself stays so.
    """
    numbers = {place: plan.number for place, plan in enumerate(change.plans)}
    declined = {
        place: frozenset(
            row.item_id
            for row in locked.lines
            if plan.row and row.came and row.came.declined and row.came.of_line_id == plan.row.line_id
        )
        for place, plan in enumerate(change.plans)
    }
    gifts, outcomes = gifts_of(
        batch, asked, header, change.facts, change.outcomes, numbers=numbers, declined=declined
    )
    touched = {plan.row.line_id for plan in change.plans if plan.row} | {
        row.line_id for row in change.dropped
    }
    before = [row for row in locked.lines if row.came is not None and row.came.of_line_id in touched]
    placed: list[tuple[Gift, LineRow]] = []
    new: list[Gift] = []
    for gift in gifts:
        row = _row_of(gift, change, before)
        if row is None:
            new.append(gift)
        else:
            before.remove(row)
            fact = replace(row.as_placed(gift.fact), line_id=row.line_id)
            placed.append((replace(gift, fact=fact), row))
    last = max(change.numbers | {row.line for row in locked.lines}, default=0)
    plans = [Plan(row, gift.request, row.line) for gift, row in placed]
    every = [gift for gift, _row in placed]
    for place, gift in enumerate(with_ids(batch, new), 1):
        plans.append(Plan(None, gift.request, last + place))
        every.append(gift)
    line_ids = change.line_ids
    gone = [row for row in before if row.quantity > row.cancelled_quantity]
    return (
        Change(
            [*change.plans, *plans],
            [*change.facts, *(gift.fact for gift in every)],
            [*outcomes, *(gift.outcome for gift in every)],
            [*change.dropped, *gone],
        ),
        [(gift, line_ids[gift.place]) for gift in every],
    )


def _row_of(gift: Gift, change: Change, before: Sequence[LineRow]) -> LineRow | None:
    """The line that these goods were before the change."""
    of_line = change.plans[gift.place].row
    if of_line is None:
        return None
    same = (
        row
        for row in before
        if row.came and (row.came.of_line_id, row.item_id) == (of_line.line_id, gift.request.item_id)
    )
    return next(same, None)


def decline(batch: Batch, chosen: Sequence[LineRow]) -> None:
    """Remember which of the cancelled lines are free goods that nobody wants: those whose own line stays."""
    line_ids = {row.line_id for row in chosen}
    declined = [row.line_id for row in chosen if row.came and row.came.of_line_id not in line_ids]
    if declined:
        batch.write(DECLINE, declined, into=[FreeGoods])


def kept_free(row: LineRow, paid: LineRow, paid_kept: Decimal, shipped: Decimal) -> Decimal:
    """What stays of a free line, in its unit, when `paid_kept` (in its unit) stays of the line it came with.

    `shipped`: what of it has left, in its unit; that stays.
    """
    assert row.came is not None
    earned = paid.in_stock(paid_kept) // row.came.bought * row.came.given
    in_unit = earned * row.quantity / row.stock_quantity
    return max(shipped, min(row.quantity - row.cancelled_quantity, in_unit))
