"""A submitted order under lock, for the verbs that change it."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.errors import InvalidTransition, NotFound, StaleVersion
from erp.kernel.money import round_money
from erp.kernel.quantity import STOCK_STEP
from inventory.commitments.queries import lock_places
from orders.credit.exposure import lock_accounts, look_again, move
from orders.credit.rules import Account, CreditCheck
from orders.holds.models import Hold

from .errors import OrderReleased
from .gates import HoldReason, LineOutcome
from .kits import Component, components_of, cost_of
from .models import OrderLine, SalesOrder
from .reads import LineFacts
from .rules import LineRequest, Totals, totals

ONE_KIT = Decimal(1)
NOTHING_MORE: Mapping[int, int] = {}

# The deliveries' rows are what release locks first, so that neither verb passes the other.
LOCK_ORDER = """
SELECT o.id, o.number, o.company_id, o.site_id, o.customer_id, o.bill_to_id, o.group_id, o.ship_to_id, o.channel,
    o.customer_po, o.job, o.requested_on, o.note, o.state, o.currency, o.net, o.gross, o.open_net, o.open_gross,
    o.version, o.rush, o.coupon, o.takes_fees
FROM orders_salesorder o WHERE o.id = %s::bigint FOR NO KEY UPDATE"""
LOCK_GROUPS = """
SELECT id FROM inventory_demandgroup WHERE document = %s::text ORDER BY id FOR NO KEY UPDATE"""

# A statement of its own behind the locks: it sees what whoever held them before has committed.
LINES = """
SELECT l.id, l.line, l.item_id, i.code, l.quantity, l.unit_id, l.stock_quantity, l.cancelled_quantity, l.unit_price,
    l.price_source, l.price_reason, l.net, l.tax_rate_percent, l.requested_on,
    coalesce(x.demand_ids, '{}'), coalesce(x.item_ids, '{}'), coalesce(x.shipped, 0),
    CASE WHEN i.kind = 'kit' THEN (
        SELECT json_agg(json_build_array(d.id, c.id, c.code, c.status, c.standard_cost, d.per_kit) ORDER BY d.id)::text
        FROM orders_linedemand ld JOIN inventory_demand d ON d.id = ld.demand_id
        JOIN masterdata_item c ON c.id = d.item_id WHERE ld.line_id = l.id) END,
    (SELECT string_agg(s.number, ', ') FROM inventory_demandgroup g JOIN inventory_shipment s ON s.group_id = g.id
        WHERE g.document = %s::text AND s.state IN ('released', 'picked', 'packed')),
    EXISTS (SELECT FROM inventory_demandgroup g JOIN inventory_shipment s ON s.group_id = g.id
        WHERE g.document = %s::text AND s.state = 'shipped'),
    (SELECT array_agg(h.kind) FROM orders_hold h
        WHERE h.order_id = l.order_id AND h.line_id IS NULL AND h.released_at IS NULL),
    (SELECT array_agg(h.kind) FROM orders_hold h WHERE h.line_id = l.id AND h.released_at IS NULL),
    CASE WHEN l.price_source = 'free' THEN (SELECT ARRAY[f.of_line_id, f.bought, f.given, f.declined::int]
        FROM orders_freegoods f WHERE f.line_id = l.id) END,
    x.site_id,
    (SELECT json_agg(json_build_array(g.site_id, g.id))::text FROM inventory_demandgroup g
        WHERE g.document = %s::text)
FROM orders_orderline l JOIN masterdata_item i ON i.id = l.item_id
CROSS JOIN LATERAL (
    SELECT array_agg(d.id ORDER BY d.id) AS demand_ids, array_agg(d.item_id ORDER BY d.id) AS item_ids,
        CASE WHEN min(d.kit) IS NULL THEN sum(d.shipped)
            ELSE max(div(d.shipped + d.per_kit - 0.000001, d.per_kit)) END AS shipped, min(d.site_id) AS site_id
    FROM orders_linedemand ld JOIN inventory_demand d ON d.id = ld.demand_id WHERE ld.line_id = l.id) x
WHERE l.order_id = %s::bigint ORDER BY l.line"""


@dataclass(frozen=True, slots=True)
class OrderRow:
    """The order's header under lock."""

    order_id: int
    number: str
    company_id: int
    site_id: int
    customer_id: int
    bill_to_id: int
    group_id: int | None
    ship_to_id: int | None
    channel: str
    customer_po: str
    job: str
    requested_on: date
    note: str
    state: str
    currency: str
    net: Decimal
    gross: Decimal
    open_net: Decimal
    open_gross: Decimal
    version: int
    rush: str
    coupon: str
    takes_fees: bool


@dataclass(frozen=True, slots=True)
class CameWith:
    """The line that free goods came with, how many of them there are for how much of it, in stock units, and whether
    somebody has cancelled them by themselves."""

    of_line_id: int
    bought: Decimal
    given: Decimal
    declined: bool


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line, with what has shipped of it in the stock unit; of a kit, those of which anything has."""

    line_id: int
    line: int
    item_id: int
    code: str
    quantity: Decimal
    unit: str
    stock_quantity: Decimal
    cancelled_quantity: Decimal
    unit_price: Decimal
    price_source: str
    price_reason: str
    net: Decimal
    tax_rate: Decimal
    requested_on: date
    demand_ids: list[int]
    item_ids: list[int]  # of the demands
    shipped: Decimal
    components: tuple[Component, ...]  # of a kit, as it was ordered
    came: CameWith | None = None  # of free goods
    site_id: int | None = None  # it leaves from there; None: a service

    def in_stock(self, quantity: Decimal) -> Decimal:
        """A quantity of the line's unit in the stock unit."""
        return (quantity * self.stock_quantity / self.quantity).quantize(STOCK_STEP)

    @property
    def stock_left(self) -> Decimal:
        """What is not cancelled, in the stock unit."""
        left = self.stock_quantity * (self.quantity - self.cancelled_quantity) / self.quantity
        return left.quantize(ONE_KIT, rounding=ROUND_HALF_UP) if self.components else left

    @property
    def goods_left(self) -> list[tuple[int, Decimal]]:
        """(item id, stock quantity) of its demands without what is cancelled."""
        if self.components:
            return [(each.item_id, self.stock_left * each.quantity) for each in self.components]
        return [(item_id, self.stock_left) for item_id in self.item_ids]

    def as_placed(self, fact: LineFacts) -> LineFacts:
        """What is known of the line with the demands that it has; a kit keeps what was in it when it was ordered."""
        if self.components:
            cost = cost_of(self.components)
            return replace(fact, line_id=self.line_id, components=self.components, unit_cost=cost)
        return replace(fact, demand_id=self.demand_ids[0]) if self.demand_ids else fact


@dataclass(frozen=True, slots=True)
class LockedOrder:
    """An order that may be changed: nobody works on it, and nobody else changes it."""

    order: OrderRow
    lines: list[LineRow]
    has_shipped: bool
    open_holds: frozenset[tuple[str, int | None]]  # kind, and the line that it holds (None: all of the order)
    groups: Mapping[int, int]  # its deliveries, by the site that they leave from

    @property
    def is_split(self) -> bool:
        """Whether it has a delivery from another site than its own."""
        return len(self.groups) > 1

    def site_of(self, line: LineRow | LineRequest) -> int:
        """Where a line leaves from, as it is or as it is asked for; services stand with the order's own site."""
        return line.site_id or self.order.site_id

    @property
    def holds(self) -> frozenset[str]:
        """Kinds of its open holds."""
        return frozenset(kind for kind, _line in self.open_holds)

    def not_yet(self, found: Sequence[HoldReason], line_ids: Sequence[int]) -> list[HoldReason]:
        """The reasons for which it is not held yet; `line_ids` run parallel to the lines that were judged."""
        return [
            hold
            for hold in found
            if (hold.kind, None if hold.place is None else line_ids[hold.place]) not in self.open_holds
        ]

    @property
    def counted(self) -> Decimal:
        """What of it is in the payer's exposure."""
        return Decimal(0) if "credit" in self.holds else self.order.open_gross


@dataclass(frozen=True, slots=True)
class Plan:
    """One line that changes: the row it had, if any, and what is asked for now."""

    row: LineRow | None
    request: LineRequest
    number: int


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of an order's lines: those that are priced anew, in three parallel lists, and those that go."""

    plans: list[Plan]
    facts: list[LineFacts]
    outcomes: list[LineOutcome]
    dropped: list[LineRow]

    @property
    def numbers(self) -> set[int]:
        """Of every line it touches."""
        return {plan.number for plan in self.plans} | {row.line for row in self.dropped}

    @property
    def line_ids(self) -> list[int]:
        """Of the lines that are priced anew; a line that comes has the id that its facts drew."""
        return [
            plan.row.line_id if plan.row is not None else fact.line_id
            for plan, fact in zip(self.plans, self.facts, strict=True)
        ]

    def rows(self, *, new: bool) -> list[tuple[Plan, LineFacts, LineOutcome]]:
        """The lines that come, or those that were there, each with what it is and costs."""
        every = zip(self.plans, self.facts, self.outcomes, strict=True)
        return [(plan, fact, outcome) for plan, fact, outcome in every if (plan.row is None) == new]


def lock_order(
    batch: Batch, *, order_id: int, version: int, right: str, verb: Any, mine: Sequence[dict[str, Any]] = ()
) -> LockedOrder:
    """Lock an order that is about to be changed.

    Raises NotFound, NotPermitted, StaleVersion (with `mine` beside what is there), InvalidTransition for a
    cancelled order, OrderReleased when the warehouse has it in hand.
    """
    rows = batch.read(LOCK_ORDER, order_id)
    if not rows:
        raise NotFound(what=_("order"), reference=order_id)
    order = OrderRow(*rows[0])
    batch.actor.require(right, company=order.company_id, site=order.site_id)
    batch.write(LOCK_GROUPS, order.number)
    found = batch.read(LINES, order.number, order.number, order.number, order_id)
    lines = [LineRow(*(*row[:17], components_of(row[17]), _came(row[22]), row[23])) for row in found]
    if order.version != version:
        raise StaleVersion(
            document=order.number, actor=_("someone"), changes=compared(lines, mine), version=order.version
        )
    if order.state != SalesOrder.State.SUBMITTED:
        raise InvalidTransition(document=order.number, state=_("cancelled"), verb=verb)
    working, has_shipped, holds = found[0][18:21]
    if working:
        raise OrderReleased(order=order.number, shipments=working)
    open_holds = [(kind, None) for kind in holds or ()] + [
        (kind, row[0]) for row in found for kind in row[21] or ()
    ]
    groups = dict(json.loads(found[0][24] or "[]"))
    return LockedOrder(order, lines, has_shipped, frozenset(open_holds), groups)


def by_site(
    batch: Batch, rows: Sequence[LineRow], *, also: Mapping[int, int] = NOTHING_MORE
) -> list[tuple[int, list[LineRow]]]:
    """The lines by the site that they leave from, in one order; without services, which leave from none.

    Where there are several sites, what is promised of the lines' items, and of the item that `also` has for a line, is
    locked at all of them.
    """
    found: defaultdict[int, list[LineRow]] = defaultdict(list)
    items: defaultdict[int, list[int]] = defaultdict(list)
    for row in rows:
        if row.site_id is not None:
            found[row.site_id].append(row)
            items[row.site_id] += row.item_ids
            if row.line_id in also:
                items[row.site_id].append(also[row.line_id])
    if len(found) > 1:
        lock_places(batch, items)
    return sorted(found.items())


def _came(figures: Sequence[Decimal] | None) -> CameWith | None:
    if figures is None:
        return None
    of_line_id, bought, given, declined = figures
    return CameWith(int(of_line_id), bought, given, bool(declined))


def compared(lines: Sequence[LineRow], mine: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was entered beside what is there, line by line."""
    theirs = {line.line: line for line in lines}
    return [
        {
            "label": _("Line %(n)s") % {"n": entry["line"]},
            "mine": str(entry["value"]),
            "theirs": f"{(theirs[entry['line']].quantity - theirs[entry['line']].cancelled_quantity).normalize():f}"
            if entry["line"] in theirs
            else "–",
        }
        for entry in mine
    ]


def restamped(order: OrderRow, nets: Sequence[tuple[Decimal, Decimal]]) -> dict[str, Any]:
    """The header's columns for its lines' new (net, rate) pairs; what was invoiced stays invoiced."""
    total: Totals = totals(nets, order.currency)
    open_net = order.open_net + total.net - order.net
    invoiced = order.gross - order.open_gross
    return {
        "net": total.net,
        "tax": total.tax,
        "gross": total.gross,
        "open_net": open_net,
        "open_gross": total.gross - invoiced if open_net else Decimal(0),
        "version": order.version + 1,
    }


def recheck_credit(batch: Batch, locked: LockedOrder, open_gross: Decimal) -> list[HoldReason]:
    """Move the exposure by the difference, or hold the order when a limit no longer carries what is left to invoice.

    One that is held already stays so, and is looked at again when less is asked for.
    """
    accounts = _accounts(batch, locked)
    if not accounts:
        return []
    if "credit" in locked.holds:
        _look_again(batch, locked, accounts, open_gross)
        return []
    without = [replace(account, exposure=account.exposure - locked.counted) for account in accounts]
    check = CreditCheck(without, open_gross)
    passed = check.passed or open_gross <= locked.counted  # asking for less is never a reason to hold
    counts = open_gross if passed else Decimal(0)
    move(batch, {account.account_id: counts - locked.counted for account in accounts})
    if passed:
        return []
    detail = check.over(locked.order.currency, after=" after a change")
    return [HoldReason(Hold.Kind.CREDIT.value, detail, check.over_by)]


def relieve_credit(batch: Batch, locked: LockedOrder, open_gross: Decimal) -> None:
    """What is cancelled no longer counts against the limits that the payer draws on."""
    accounts = _accounts(batch, locked)
    if "credit" in locked.holds:
        _look_again(batch, locked, accounts, open_gross)
    else:
        move(batch, {account.account_id: open_gross - locked.counted for account in accounts})


def _accounts(batch: Batch, locked: LockedOrder) -> Sequence[Account]:
    payer_id = locked.order.bill_to_id
    return lock_accounts(batch, [payer_id]).get(payer_id, [])


def _look_again(batch: Batch, locked: LockedOrder, accounts: Sequence[Account], open_gross: Decimal) -> None:
    """A held order that asks for less than before may fit now."""
    if open_gross < locked.order.open_gross:
        look_again(batch, accounts)


def net_of(line: LineRow, kept: Decimal, currency: str) -> Decimal:
    """The line's net when `kept` of it (in its unit) remains."""
    if kept == line.quantity - line.cancelled_quantity:
        return line.net
    return round_money(line.unit_price * kept, currency)


def columns_of(
    requests: Sequence[LineRequest], facts: Sequence[LineFacts], outcomes: Sequence[LineOutcome]
) -> dict[str, list[Any]]:
    """What a line's row says of quantity, price and tax; the three run in parallel."""
    priced = [outcome.priced for outcome in outcomes]
    return {
        "quantity": [request.quantity for request in requests],
        "unit": [fact.factor.unit if fact.factor else None for fact in facts],
        "stock_quantity": [outcome.stock_quantity for outcome in outcomes],
        "list_price": [line.list_price for line in priced],
        "unit_price": [line.unit_price or Decimal(0) for line in priced],
        "price_source": [line.source or OrderLine.PriceSource.LIST.value for line in priced],
        "price_reason": [request.price_reason for request in requests],
        "net": [line.net for line in priced],
        "tax_code": [fact.tax_code_id for fact in facts],
        "tax_rate_percent": [fact.tax_rate or Decimal(0) for fact in facts],
        "unit_cost": [fact.unit_cost for fact in facts],
    }
