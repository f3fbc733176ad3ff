"""Amend an order before release: quantities, prices, new lines, header; everything that follows is decided anew."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel import editing
from erp.kernel.access import permit
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.quantity import InexactQuantity
from orders.entry.actions.promise_anew import promise_anew
from orders.entry.actions.submit_order import SELL_BELOW_COST, refuse_lines, rejected_prices, write_holds
from orders.entry.allowances import wanted_draws, with_allowances
from orders.entry.changes import (
    LineRow,
    LockedOrder,
    OrderRow,
    Plan,
    columns_of,
    compared,
    lock_order,
    recheck_credit,
    restamped,
)
from orders.entry.checks import asks_of, checked_holds
from orders.entry.errors import CustomerPoUsed, LineRefused, OrderReleased
from orders.entry.events import LinesRestated, OrderChanged
from orders.entry.freight import SOURCE, quote_anew
from orders.entry.gates import (
    HoldReason,
    LineOutcome,
    assess_lines,
    override_holds,
    price_holds,
)
from orders.entry.models import LineDemand, OrderLine, SalesOrder
from orders.entry.policies import authority_of, margin_floor_of
from orders.entry.reads import Header, LineFacts, read_facts
from orders.entry.rules import LineRequest, OrderRequest, Totals
from orders.pricing.draws import draws_of, total_drawn, write_draws
from orders.pricing.rules import BOUND

AMEND_ORDER = permit("orders.amend_order", "customer_service", "process_owner")


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line's new quantity and price; `line` 0 adds one. Quantity zero cancels. `price` None: the customer's own."""

    line: int
    quantity: Decimal
    item_id: int = 0
    unit: str = ""
    price: Decimal | None = None
    price_reason: str = ""


@dataclass(frozen=True, slots=True)
class Amendment:
    """What shall be different. Header fields that are None stay as they are."""

    lines: list[LineChange] = field(default_factory=list)
    requested_on: date | None = None
    customer_po: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class AmendedOrder:
    """The order's version and total after it, and its open holds."""

    order_id: int
    version: int
    gross: str
    holds: list[str]


@command(
    "orders.amend_order",
    conflicts={
        "order_customer_po_unique": lambda amendment, **_: CustomerPoUsed(
            customer_po=amendment.customer_po, order="an order submitted just now"
        )
    },
)
def amend_order(
    batch: Batch,
    *,
    order_id: int,
    version: int,
    amendment: Amendment,
    reason: str = "",
    on_page: bool = False,
) -> AmendedOrder:
    """Change an order that nothing has shipped of and that the warehouse does not work on.

    Changed and new lines are priced and promised anew, totals restamped, the exposure moved by the difference and
    the credit checked again: what fails is held. `on_page`: a person's page saves it, refused while somebody else has
    the order open (EditTakenOver). Raises what `lock_order` raises, LineRefused, CustomerPoUsed,
    OrderReleased, BadInput when no line would remain. The number of statements does not depend on the lines.
    """
    mine = [{"line": change.line, "value": f"{change.quantity.normalize():f}"} for change in amendment.lines]
    locked = lock_order(
        batch, order_id=order_id, version=version, right=AMEND_ORDER, verb=_("changing it"), mine=mine
    )
    order = locked.order
    if on_page:
        seen = compared(locked.lines, mine)
        editing.refuse_held(
            batch, SalesOrder, order_id, document=order.number, changes=seen, version=order.version
        )
        editing.let_go(batch, SalesOrder, order_id)
    if locked.has_shipped:
        raise OrderReleased(order=order.number, shipments=_("a part has shipped"))
    plans, dropped = _plans(locked, amendment)
    asked = _request(order.customer_id, plans, locked, amendment)
    header, facts = read_facts(batch, asked)
    _refuse_po(header, amendment, order.customer_po)
    below = batch.actor.may(SELL_BELOW_COST, company=order.company_id, site=order.site_id)
    batch.announce(_restated(order.order_id, plans, dropped, facts))
    touched = [plan.row for plan in plans if plan.row is not None] + dropped
    drawn = draws_of(batch, [row.line_id for row in touched])
    facts = with_allowances(batch, facts, total_drawn(drawn))
    outcomes = assess_lines(asked, header, facts, below_cost=below)
    _refuse(outcomes, facts, plans)
    if _empty(locked, plans, dropped):
        raise BadInput(field="lines", reason=_("no line would remain. Cancel the order instead."))
    quote_anew(batch, locked, header, plans, dropped, facts, outcomes)

    line_ids = _line_ids(plans, facts)
    stamped = restamped(order, _nets(locked, plans, dropped, outcomes, facts))
    write_draws(batch, wanted_draws(line_ids, outcomes), replacing=drawn)
    holds = recheck_credit(batch, locked, stamped["open_gross"]) + [
        hold
        for hold in price_holds(
            facts,
            outcomes,
            Totals(stamped["net"], stamped["tax"]),
            asked.price_source,
            margin_floor_of(header),
        )
        + _override_holds(batch, locked, header, plans, facts, outcomes)
        + _checked(batch, order, asked, header, facts, outcomes, Totals(stamped["net"], stamped["tax"]))
        if (hold.kind, None if hold.place is None else line_ids[hold.place]) not in locked.open_holds
    ]
    promises = promise_anew(batch, locked, header, plans, dropped, facts, outcomes, amendment.requested_on)
    _write(batch, locked, plans, dropped, facts, outcomes, asked.requested_on)
    changed: dict[str, Any] = {
        name: value
        for name, value in (
            ("requested_on", amendment.requested_on),
            ("customer_po", amendment.customer_po),
            ("note", amendment.note),
        )
        if value is not None
    }
    added = sum(plan.row is None for plan in plans)
    batch.update(SalesOrder, [order_id], **stamped, **changed, line_count=len(locked.lines) + added)
    write_holds(batch, order_id, holds, line_ids)
    batch.decide(
        "orders.amend_order",
        SalesOrder,
        order_id,
        {
            "lines": [plan.number for plan in plans],
            "price": [outcome.priced.steps for outcome in outcomes],
            **rejected_prices([outcome.priced for outcome in outcomes]),
            "promise": promises,
            "cancelled": [row.line for row in dropped],
            "gross": [order.gross, stamped["gross"]],
            "holds": [hold.kind for hold in holds],
            "reason": reason,
        },
    )
    batch.publish(OrderChanged(order_id=order_id))
    held = sorted(locked.holds | {hold.kind for hold in holds})
    return AmendedOrder(order_id, stamped["version"], str(stamped["gross"]), held)


def _plans(locked: LockedOrder, amendment: Amendment) -> tuple[list[Plan], list[LineRow]]:
    """Lines to price and promise anew, and lines to cancel."""
    rows = {line.line: line for line in locked.lines}
    changes = {change.line: change for change in amendment.lines if change.line}
    if len(changes) < sum(1 for change in amendment.lines if change.line):
        raise BadInput(field="lines", reason=_("a line is named twice."))
    if unknown := changes.keys() - rows.keys():
        raise NotFound(what=_("line of %(order)s") % {"order": locked.order.number}, reference=min(unknown))
    if any(number in changes and row.price_source == SOURCE for number, row in rows.items()):
        raise BadInput(field="lines", reason=_("freight follows from the other lines."))
    moved = amendment.requested_on is not None and amendment.requested_on != locked.order.requested_on
    plans, dropped = [], []
    for number, row in rows.items():
        left = row.quantity - row.cancelled_quantity
        if row.price_source == SOURCE:
            continue
        if number in changes:
            change = changes[number]
            if change.quantity:
                plans.append(Plan(row, _line_request(row, change), number))
            elif left:
                dropped.append(row)
        elif moved and left:
            plans.append(Plan(row, _line_request(row, LineChange(number, left)), number))
    added = [change for change in amendment.lines if not change.line]
    last = max(rows, default=0)
    plans += [
        Plan(None, LineRequest(c.item_id, c.quantity, c.unit, c.price, c.price_reason), last + place)
        for place, c in enumerate(added, 1)
    ]
    return plans, dropped


def _line_request(row: LineRow, change: LineChange) -> LineRequest:
    """A price that was set by hand, taken from what was asked for, or bound by another document stays until another
    is set; any other is found again. Raises BadInput for a bound price in another unit: the document says nothing of
    that unit."""
    sources = OrderLine.PriceSource
    by_hand = row.price_source in (sources.OVERRIDE, sources.CONVERSION, sources.SUBSTITUTE)
    price, reason, source = change.price, change.price_reason, ""
    if price is None and row.price_source in BOUND:
        if change.unit not in ("", row.unit):
            raise BadInput(
                field="lines",
                reason=_(
                    "the price of line %(n)s is per %(unit)s (%(document)s). Keep the unit, or set a price."
                )
                % {"n": row.line, "unit": row.unit, "document": row.price_reason},
            )
        price, reason, source = row.unit_price, row.price_reason, row.price_source
    if price is None and by_hand:
        price, reason = row.unit_price, row.price_reason or _("taken over")
        source = row.price_source if row.price_source == sources.SUBSTITUTE else ""
    return LineRequest(row.item_id, change.quantity, change.unit or row.unit, price, reason, source)


def _restated(
    order_id: int, plans: Sequence[Plan], dropped: Sequence[LineRow], facts: Sequence[LineFacts]
) -> LinesRestated:
    """What the order's own lines will want. A quantity that its unit does not make is refused a moment later."""
    wanted = {row.line_id: Decimal(0) for row in dropped}
    for plan, fact in zip(plans, facts, strict=True):
        if plan.row is not None and fact.factor is not None:
            with suppress(InexactQuantity):
                wanted[plan.row.line_id] = fact.factor.to_stock(plan.request.quantity)
    return LinesRestated(order_id, list(wanted), list(wanted.values()))


def _request(
    customer_id: int, plans: Sequence[Plan], locked: LockedOrder, amendment: Amendment
) -> OrderRequest:
    order = locked.order
    new_po = amendment.customer_po if amendment.customer_po not in (None, order.customer_po) else ""
    return OrderRequest(
        customer_id=customer_id,
        lines=[plan.request for plan in plans],
        requested_on=amendment.requested_on or order.requested_on,
        channel=order.channel,
        site_id=order.site_id,
        customer_po=new_po or "",
        ship_to_id=order.ship_to_id,
        job=order.job,
    )


def _refuse_po(header: Header, amendment: Amendment, before: str) -> None:
    if header.po_used_on and (amendment.customer_po or "").upper() != before.upper():
        raise CustomerPoUsed(customer_po=amendment.customer_po, order=header.po_used_on)


def _refuse(outcomes: Sequence[LineOutcome], facts: Sequence[LineFacts], plans: Sequence[Plan]) -> None:
    try:
        refuse_lines(outcomes, facts)
    except LineRefused as refusal:
        lines = [{**entry, "line": plans[entry["line"] - 1].number} for entry in refusal.context["lines"]]
        first = f"line {lines[0]['line']}: {lines[0]['reason']}"
        raise LineRefused(count=len(lines), first=first, lines=lines) from refusal


def _nets(
    locked: LockedOrder,
    plans: Sequence[Plan],
    dropped: Sequence[LineRow],
    outcomes: Sequence[LineOutcome],
    facts: Sequence[LineFacts],
) -> list[tuple[Decimal, Decimal]]:
    """(net, rate) of every line as it will be."""
    touched = {plan.number for plan in plans} | {row.line for row in dropped}
    kept = [(line.net, line.tax_rate) for line in locked.lines if line.line not in touched]
    return kept + [
        (outcome.priced.net, fact.tax_rate or Decimal(0))
        for outcome, fact in zip(outcomes, facts, strict=True)
    ]


def _empty(locked: LockedOrder, plans: Sequence[Plan], dropped: Sequence[LineRow]) -> bool:
    gone = {row.line for row in dropped}
    return not plans and all(
        line.line in gone or line.quantity == line.cancelled_quantity or line.price_source == SOURCE
        for line in locked.lines
    )


def _line_ids(plans: Sequence[Plan], facts: Sequence[LineFacts]) -> list[int]:
    return [
        plan.row.line_id if plan.row is not None else fact.line_id
        for plan, fact in zip(plans, facts, strict=True)
    ]


def _override_holds(
    batch: Batch,
    locked: LockedOrder,
    header: Header,
    plans: Sequence[Plan],
    facts: Sequence[LineFacts],
    outcomes: Sequence[LineOutcome],
) -> list[HoldReason]:
    """The hold for prices that this change sets; what stood before was judged when it was set."""
    order = locked.order
    new = [n for n, plan in enumerate(plans) if plan.row is None or plan.request.price != plan.row.unit_price]
    authority = authority_of(batch.actor, AMEND_ORDER, header)
    return override_holds(
        [plans[n].request for n in new],
        [facts[n] for n in new],
        [outcomes[n] for n in new],
        OrderLine.PriceSource.OVERRIDE.value,
        authority,
        order.currency,
    )


def _checked(
    batch: Batch,
    order: OrderRow,
    asked: OrderRequest,
    header: Header,
    facts: Sequence[LineFacts],
    outcomes: Sequence[LineOutcome],
    total: Totals,
) -> list[HoldReason]:
    """The thresholds that a change can pass: of the lines it touches, a new PO, a smaller total.

    What speaks against the order as a whole was judged when it came.
    """
    asks = replace(asks_of(header), overdue_days=0, address=False, export_countries=frozenset())
    if total.net >= order.net:
        asks = replace(asks, minimum_net=Decimal(0))
    if not asked.customer_po:
        asks = replace(asks, po_repeat_days=0)
    return checked_holds(batch, asked, header, facts, outcomes, total, asks=asks, order_id=order.order_id)


def _write(
    batch: Batch,
    locked: LockedOrder,
    plans: Sequence[Plan],
    dropped: Sequence[LineRow],
    facts: Sequence[LineFacts],
    outcomes: Sequence[LineOutcome],
    requested_on: date,
) -> None:
    """Changed, added and cancelled lines. A changed line starts afresh: its quantity is what is wanted now."""
    every = list(zip(plans, facts, outcomes, strict=True))
    old = [each for each in every if each[0].row is not None]
    batch.update(
        OrderLine,
        [plan.row.line_id for plan, *_ in old if plan.row is not None],
        cancelled_quantity=Decimal(0),
        requested_on=requested_on,
        **_columns(old),
        add={"version": 1},
    )
    new = [(plan, fact, outcome) for plan, fact, outcome in every if plan.row is None]
    batch.insert(
        OrderLine,
        id=[fact.line_id for _, fact, _ in new],
        order=locked.order.order_id,
        line=[plan.number for plan, *_ in new],
        item=[fact.item_id for _, fact, _ in new],
        description=[fact.name for _, fact, _ in new],
        requested_on=requested_on,
        **_columns(new),
    )
    stocked = [fact for _, fact, _ in new if fact.kind == "stocked"]
    batch.insert(
        LineDemand,
        line=[fact.line_id for fact in stocked],
        demand=[fact.demand_id for fact in stocked],
        role=LineDemand.Role.ORIGINAL.value,
    )
    batch.update(
        OrderLine,
        [row.line_id for row in dropped],
        cancelled_quantity=[row.quantity for row in dropped],
        net=Decimal(0),
        add={"version": 1},
    )


def _columns(rows: Sequence[tuple[Plan, LineFacts, LineOutcome]]) -> dict[str, list[Any]]:
    return columns_of(
        [plan.request for plan, *_ in rows], [fact for _, fact, _ in rows], [outcome for *_, outcome in rows]
    )
