"""What is short of an order comes as something else: the shortage is cancelled, the substitute is a line of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.access import permit
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from inventory.commitments.actions.offer_freed import offer_freed
from inventory.commitments.actions.place_demands import add_demands
from inventory.commitments.actions.write_promises import remember, write_promises
from inventory.commitments.freshness import fresh_stock
from inventory.commitments.models import PromiseEvent
from inventory.commitments.queries import lock_free_stock, lock_leaving, lock_open_supply, quotas_of
from inventory.commitments.rules import Promise, Wanted, plan_promises, take_back
from inventory.commitments.sharing import open_stock
from orders.entry.actions.promise_anew import told
from orders.entry.actions.submit_order import rejected_prices, write_holds
from orders.entry.allowances import wanted_draws, with_allowances
from orders.entry.changes import (
    LockedOrder,
    by_site,
    columns_of,
    lock_order,
    net_of,
    recheck_credit,
    restamped,
)
from orders.entry.checks import asks_of_lines, checked_holds
from orders.entry.errors import LineRefused
from orders.entry.events import LinesRestated, LinesSubstituted, OrderChanged
from orders.entry.gates import LineOutcome, assess_lines, leaving_of, price_holds, stock_until
from orders.entry.models import LineDemand, OrderLine, SalesOrder
from orders.entry.policies import margin_floor_of
from orders.entry.reads import Header, LineFacts, read_facts
from orders.entry.rules import OrderRequest, Totals
from orders.entry.shortages import Replacement, Shortage, not_backordered, shortages_of
from orders.entry.splitting import read_split
from orders.entry.substituting import write_substitutions
from orders.entry.supplying import method_of
from orders.pricing.draws import Draw, draws_of, remaining_draws, total_drawn, write_draws

SUBSTITUTE = permit("orders.substitute_lines", "customer_service", "process_owner")


@dataclass(frozen=True, slots=True)
class SubstitutedLines:
    """The order's version and total after it, its open holds, and the numbers of the lines that were added."""

    order_id: int
    version: int
    gross: str
    holds: list[str]
    lines: list[int]


@command("orders.substitute_lines")
def substitute_lines(
    batch: Batch, *, order_id: int, version: int, replacements: Sequence[Replacement], reason: str
) -> SubstitutedLines:
    """Send something else for what no stock is reserved for, also when a part has shipped.

    The short part of each line is cancelled, its substitute becomes a line that keeps what was asked for. Price,
    credit, thresholds and promise are decided as in an amendment; what becomes free goes to those who wait. The
    customer's notice is drafted after the commit. Raises what `lock_order` raises, BadInput, NotFound, NotBackordered,
    SubstituteRefused, LineRefused. The number of statements does not depend on the lines.
    """
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say why something else is sent."))
    mine = [{"line": each.line, "value": _("substituted")} for each in replacements]
    locked = lock_order(
        batch, order_id=order_id, version=version, right=SUBSTITUTE, verb=_("substituting"), mine=mine
    )
    order, shortages = locked.order, shortages_of(batch, locked, replacements)
    batch.announce(
        LinesRestated(order_id, [s.row.line_id for s in shortages], [s.left_in_stock for s in shortages])
    )
    header, facts = read_facts(
        batch,
        OrderRequest(
            customer_id=order.customer_id,
            lines=[short.request for short in shortages],
            requested_on=order.requested_on,
            channel=order.channel,
            site_id=order.site_id,
            ship_to_id=order.ship_to_id,
            job=order.job,
        ),
    )
    asked = OrderRequest(order.customer_id, [s.request for s in shortages], order.requested_on, order.channel)
    split = read_split(
        batch, asked, header, facts, right=SUBSTITUTE, known=locked.groups, stay=range(len(shortages))
    )
    drawn = draws_of(batch, [short.row.line_id for short in shortages])
    kept_draws = remaining_draws(drawn, _shares(shortages))
    facts = with_allowances(batch, facts, _given_back(drawn, kept_draws))
    outcomes = assess_lines(asked, header, facts, below_cost=True)
    _refuse(outcomes, shortages)
    stamped = restamped(order, _nets(locked, shortages, outcomes, facts))
    total = Totals(stamped["net"], stamped["tax"])
    asks = asks_of_lines(header)
    checked = checked_holds(
        batch, asked, header, facts, outcomes, total, asks=asks, order_id=order_id,
        countries=split.countries(asked),
    )  # fmt: skip
    new_draws = wanted_draws([fact.line_id for fact in facts], outcomes)
    write_draws(batch, [*kept_draws, *new_draws], replacing=drawn)
    line_ids = [fact.line_id for fact in facts]
    found = [
        *recheck_credit(batch, locked, stamped["open_gross"]),
        *price_holds(facts, outcomes, total, asked.price_source, margin_floor_of(header)),
        *checked,
    ]
    holds = locked.not_yet(found, line_ids)
    promises = _promise(batch, locked, split.headers(header), shortages, facts, outcomes)
    last = max(line.line for line in locked.lines)
    numbers = [last + place for place in range(1, len(shortages) + 1)]
    _write_lines(batch, locked, shortages, facts, outcomes, numbers)
    batch.update(SalesOrder, [order_id], **stamped, line_count=len(locked.lines) + len(numbers))
    write_holds(batch, order_id, holds, line_ids)
    priced = [outcome.priced for outcome in outcomes]
    batch.decide(
        "orders.substitute_lines",
        SalesOrder,
        order_id,
        {
            "lines": numbers,
            "price": [line.steps for line in priced],
            **rejected_prices(priced),
            "promise": [told(promise) for promise in promises],
            "instead": {
                str(number): short.substitution.why()
                for number, short in zip(numbers, shortages, strict=True)
            },
            "gross": [order.gross, stamped["gross"]],
            "holds": [hold.kind for hold in holds],
            "reason": reason,
        },
    )
    batch.publish(
        OrderChanged(order_id=order_id), LinesSubstituted(order_id, [fact.demand_id for fact in facts])
    )
    held = sorted(locked.holds | {hold.kind for hold in holds})
    return SubstitutedLines(order_id, stamped["version"], str(stamped["gross"]), held, numbers)


def _refuse(outcomes: Sequence[LineOutcome], shortages: Sequence[Shortage]) -> None:
    refused = [
        {"line": short.row.line, "item": short.row.code, "reason": outcome.problem}
        for outcome, short in zip(outcomes, shortages, strict=True)
        if outcome.problem
    ]
    if refused:
        raise LineRefused.of(refused)


def _shares(shortages: Sequence[Shortage]) -> dict[int, tuple[Decimal, Decimal]]:
    return {
        short.row.line_id: (short.left, short.row.quantity - short.row.cancelled_quantity)
        for short in shortages
    }


def _given_back(drawn: Sequence[Draw], kept: Sequence[tuple[int, int, Decimal]]) -> dict[int, Decimal]:
    """What allowances get back, by allowance."""
    back = total_drawn(drawn)
    for _line_id, allowance_id, amount in kept:
        back[allowance_id] -= amount
    return back


def _nets(
    locked: LockedOrder,
    shortages: Sequence[Shortage],
    outcomes: Sequence[LineOutcome],
    facts: Sequence[LineFacts],
) -> list[tuple[Decimal, Decimal]]:
    """(net, rate) of every line as it will be."""
    left = {short.row.line_id: short.left for short in shortages}
    kept = [
        (
            net_of(line, left[line.line_id], locked.order.currency) if line.line_id in left else line.net,
            line.tax_rate,
        )
        for line in locked.lines
    ]
    return kept + [
        (outcome.priced.net, fact.tax_rate or Decimal(0))
        for outcome, fact in zip(outcomes, facts, strict=True)
    ]


def _promise(
    batch: Batch,
    locked: LockedOrder,
    headers: Mapping[int, Header],
    shortages: Sequence[Shortage],
    facts: Sequence[LineFacts],
    outcomes: Sequence[LineOutcome],
) -> list[Promise]:
    """The short parts let go what they leaned on, the substitutes are promised where the short lines leave from, those
    who wait get the rest."""
    found: dict[int, Promise] = {}
    of_line = {short.row.line_id: place for place, short in enumerate(shortages)}
    for site_id, rows in by_site(batch, [short.row for short in shortages], also=_items_of(shortages)):
        places = [of_line[row.line_id] for row in rows]
        promises = _promise_at(
            batch,
            locked,
            headers[site_id],
            [shortages[place] for place in places],
            [facts[place] for place in places],
            [outcomes[place] for place in places],
        )
        found |= dict(zip(places, promises, strict=True))
    return [found[place] for place in range(len(shortages))]


def _items_of(shortages: Sequence[Shortage]) -> dict[int, int]:
    """What comes instead, by the line that is short."""
    return {short.row.line_id: short.request.item_id for short in shortages}


def _promise_at(
    batch: Batch,
    locked: LockedOrder,
    header: Header,
    shortages: Sequence[Shortage],
    facts: Sequence[LineFacts],
    outcomes: Sequence[LineOutcome],
) -> list[Promise]:
    """The same at one site."""
    order, site_id = locked.order, header.site_id
    wanted = [
        Wanted(
            short.request.item_id,
            outcome.stock_quantity,
            order.requested_on,
            method_of(short.request, fact, header),
        )
        for short, fact, outcome in zip(shortages, facts, outcomes, strict=True)
    ]
    items = sorted({short.row.item_id for short in shortages} | {each.item_id for each in wanted})
    stock_ids, free = lock_free_stock(batch, site_id=site_id, item_ids=items)
    demand_ids = [short.demand_id for short in shortages]
    own, waiting = lock_leaving(batch, demand_ids, site_id=site_id, item_ids=items)
    coming = lock_open_supply(batch, site_id=site_id, item_ids=items)
    quotas = quotas_of(batch, site_id=site_id, item_ids=items)
    leaving = leaving_of(header, order.requested_on)
    fresh = fresh_stock(
        batch,
        site_id=site_id,
        item_ids=[each.item_id for each in wanted],
        on=leaving.on,
        life_days=leaving.life_days,
        today=leaving.today,
    )
    standings = {demand.demand_id: demand for demand in own}
    before = remember(own)
    for short in shortages:
        demand = standings[short.demand_id]
        if short.taken > demand.open - demand.reserved:
            raise not_backordered(short.row, short.substitution.asked.quantity, demand.open - demand.reserved)
        take_back(demand.item_id, demand.forgo(short.taken), free=free, coming=coming)
    promises = plan_promises(
        wanted,
        free=open_stock(header.class_id, free, quotas, fresh),
        coming=coming,
        ships_on=leaving.today,
        stock_until=stock_until(header),
    )
    for each, promise in zip(wanted, promises, strict=True):
        free[each.item_id] -= promise.reserved
    write_promises(
        batch,
        own,
        before,
        cause=PromiseEvent.Cause.AMENDED,
        stock_ids=stock_ids,
        given_up={short.demand_id: short.taken for short in shortages},
    )
    add_demands(
        batch,
        group_id=locked.groups[site_id],
        site_id=site_id,
        demand_ids=[fact.demand_id for fact in facts],
        wanted=wanted,
        promises=promises,
        stock_ids=stock_ids,
    )
    offer_freed(batch, waiting, site_id=site_id, free=free, coming=coming, stock_ids=stock_ids)
    return promises


def _write_lines(
    batch: Batch,
    locked: LockedOrder,
    shortages: Sequence[Shortage],
    facts: Sequence[LineFacts],
    outcomes: Sequence[LineOutcome],
    numbers: Sequence[int],
) -> None:
    """The short lines less what was taken of them, and the substitutes with what was asked for."""
    rows = [short.row for short in shortages]
    batch.update(
        OrderLine,
        [row.line_id for row in rows],
        net=[net_of(short.row, short.left, locked.order.currency) for short in shortages],
        add={
            "cancelled_quantity": [short.substitution.asked.quantity for short in shortages],
            "version": 1,
        },
    )
    line_ids: list[Any] = [fact.line_id for fact in facts]
    batch.insert(
        OrderLine,
        id=line_ids,
        order=locked.order.order_id,
        line=list(numbers),
        item=[fact.item_id for fact in facts],
        description=[fact.name for fact in facts],
        requested_on=locked.order.requested_on,
        **columns_of([short.request for short in shortages], facts, outcomes),
    )
    batch.insert(
        LineDemand,
        line=line_ids,
        demand=[fact.demand_id for fact in facts],
        role=LineDemand.Role.SUBSTITUTE.value,
    )
    write_substitutions(
        batch, line_ids, [short.substitution for short in shortages], [row.line_id for row in rows]
    )
