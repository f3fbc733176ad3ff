"""Amend an order before release: quantities, prices, new lines, header; everything that follows is decided anew."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel import editing
from erp.kernel.access import permit
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from orders.entry.actions.promise_anew import promise_anew
from orders.entry.actions.restate_lines import restate_lines
from orders.entry.actions.submit_order import SELL_BELOW_COST, refuse_lines, rejected_prices, write_holds
from orders.entry.allowances import opened_by, wanted_draws, with_allowances
from orders.entry.amending import Amendment, leaves_nothing, nets_after, plan_lines, request_of, restated
from orders.entry.changes import (
    Change,
    LockedOrder,
    OrderRow,
    compared,
    lock_order,
    recheck_credit,
    restamped,
)
from orders.entry.charges import CHARGES, goods_net, goods_of
from orders.entry.checks import asks_of, asks_of_lines, checked_holds
from orders.entry.errors import CustomerPoUsed, LineRefused, OrderReleased
from orders.entry.events import OrderChanged, RushShort
from orders.entry.free_goods import keep_gifts, regiven
from orders.entry.freight import quoted_anew
from orders.entry.gates import HoldReason, assess_lines, override_holds, price_holds
from orders.entry.models import OrderLine, SalesOrder
from orders.entry.policies import authority_of, margin_floor_of
from orders.entry.reads import Header, read_facts
from orders.entry.resiting import items_of, moved
from orders.entry.resteering import resteered
from orders.entry.rules import OrderRequest, Totals
from orders.entry.rushing import known_rush
from orders.entry.splitting import Split, read_split, refuse_split_rush
from orders.entry.steering import joined
from orders.pricing.coupons import FoundCoupon, exchange_coupon, find_coupon, refuse_idle
from orders.pricing.draws import draws_of, total_drawn, write_draws

AMEND_ORDER = permit("orders.amend_order", "customer_service", "process_owner")


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
    the credit checked again: what fails is held. Ship rule, priority and, while nothing is allocated, the site follow
    the order rules, as long as nobody set them by hand. `on_page`: a person's page saves it, refused while somebody
    else has the order open (EditTakenOver). Another coupon prices every line anew. Raises what `lock_order` raises,
    LineRefused, CustomerPoUsed, OrderReleased, RushUnknown, RushUsedUp, CouponRefused, BadInput when no line would
    remain, or where a rush order would leave from several sites. A line may go to another site: what it had is offered
    to who waits there. The number of statements does not depend on the lines, only on the sites.
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
    if amendment.rush is not None:
        amendment = replace(amendment, rush=known_rush(amendment.rush, order.company_id))
    if amendment.coupon is not None:
        amendment = replace(amendment, coupon=amendment.coupon.strip().upper())
    plans, dropped = plan_lines(locked, amendment)
    asked = request_of(locked, amendment, plans)
    refuse_split_rush(locked, asked, plans, dropped)
    header, found_facts = read_facts(batch, asked)
    facts = [
        plan.row.as_placed(fact) if plan.row else fact for plan, fact in zip(plans, found_facts, strict=True)
    ]
    _refuse_po(header, amendment, order.customer_po)
    below = batch.actor.may(SELL_BELOW_COST, company=order.company_id, site=order.site_id)
    batch.announce(restated(order.order_id, plans, dropped, facts))
    touched = [plan.row for plan in plans if plan.row is not None] + dropped
    brought = {row.line_id for row in touched}
    touched += [row for row in locked.lines if row.came is not None and row.came.of_line_id in brought]
    drawn = draws_of(batch, [row.line_id for row in touched])
    exchanged = asked.coupon != order.coupon
    coupon = _coupon(batch, order, asked.coupon, header.on_day)
    facts = with_allowances(batch, opened_by(coupon, facts), total_drawn(drawn))
    stay = {n for n, plan in enumerate(plans) if plan.row and plan.row.site_id == plan.request.site_id}
    split = read_split(batch, asked, header, facts, right=AMEND_ORDER, known=locked.groups, stay=stay)
    outcomes = assess_lines(asked, header, facts, below_cost=below, problems=split.problems)
    try:
        refuse_lines(outcomes, facts)
    except LineRefused as refusal:
        raise refusal.numbered([plan.number for plan in plans]) from refusal
    if leaves_nothing(locked, plans, dropped):
        raise BadInput(field="lines", reason=_("no line would remain. Cancel the order instead."))
    given, gifts = regiven(batch, locked, asked, header, Change(plans, facts, outcomes, dropped))
    if exchanged:
        refuse_idle(coupon, [outcome.priced.steps for outcome in given.outcomes])
    steered = resteered(batch, locked, asked, header, given, right=AMEND_ORDER)
    header = steered.header
    change = quoted_anew(batch, locked, header, steered.change)

    line_ids = change.line_ids
    stamped = restamped(order, nets_after(locked, change))
    total = Totals(stamped["net"], stamped["tax"])
    # A read, so before the credit accounts are locked.
    checked = _checked(batch, locked, asked, header, change, total, split)
    write_draws(batch, wanted_draws(line_ids, change.outcomes), replacing=drawn)
    found = [
        *recheck_credit(batch, locked, stamped["open_gross"]),
        *price_holds(change.facts, change.outcomes, total, asked.price_source, margin_floor_of(header)),
        *_override_holds(batch, locked, header, change),
        *checked,
    ]
    holds = locked.not_yet(joined(found, steered.holds), line_ids)
    here, also = locked, list[int]()
    if header.site_id != order.site_id:
        also = items_of(locked)
        items = also + [item_id for item_id, _ in goods_of(change.facts, change.outcomes)]
        here = moved(batch, locked, header.site_id, items)
    headers = split.headers(header)
    promises = promise_anew(batch, here, headers, change, asked.requested_on, also=also)
    restate_lines(batch, order_id, change, asked.requested_on)
    added = len(change.rows(new=True))
    keep_gifts(batch, [gift for gift, _ in gifts], [line_id for _, line_id in gifts])
    batch.update(SalesOrder, [order_id], **stamped, **amendment.header, line_count=len(locked.lines) + added)
    write_holds(batch, order_id, holds, line_ids)
    priced = [outcome.priced for outcome in change.outcomes]
    batch.decide(
        "orders.amend_order",
        SalesOrder,
        order_id,
        {
            "lines": [plan.number for plan in change.plans],
            "price": [line.steps for line in priced],
            **rejected_prices(priced),
            "promise": promises,
            "cancelled": [row.line for row in change.dropped],
            "gross": [order.gross, stamped["gross"]],
            "holds": [hold.kind for hold in holds],
            "reason": reason,
            **({"coupon": [order.coupon, asked.coupon]} if exchanged else {}),
            **steered.why,
        },
    )
    batch.publish(OrderChanged(order_id=order_id))
    new, gone = {hold.kind for hold in holds}, set() if asked.rush else {"rush"}
    if asked.rush and not order.rush and "rush" not in new:
        batch.publish(RushShort(order_id=order_id))
    held = sorted((locked.holds | new) - gone)
    return AmendedOrder(order_id, stamped["version"], str(stamped["gross"]), held)


def _coupon(batch: Batch, order: OrderRow, code: str, on: date) -> FoundCoupon | None:
    """The coupon that the order carries, or carries from now on."""
    company_id, customer_id = order.company_id, order.customer_id
    if code == order.coupon:
        return find_coupon(batch, code, company_id=company_id, customer_id=customer_id)
    return exchange_coupon(batch, order.coupon, code, company_id=company_id, customer_id=customer_id, on=on)


def _refuse_po(header: Header, amendment: Amendment, before: str) -> None:
    if header.po_used_on and (amendment.customer_po or "").upper() != before.upper():
        raise CustomerPoUsed(customer_po=amendment.customer_po, order=header.po_used_on)


def _override_holds(batch: Batch, locked: LockedOrder, header: Header, change: Change) -> list[HoldReason]:
    """The hold for prices that this change sets; what stood before was judged when it was set."""
    new = [
        place
        for place, plan in enumerate(change.plans)
        if plan.row is None or plan.request.price != plan.row.unit_price
    ]
    return override_holds(
        [change.plans[n].request for n in new],
        [change.facts[n] for n in new],
        [change.outcomes[n] for n in new],
        OrderLine.PriceSource.OVERRIDE.value,
        authority_of(batch.actor, AMEND_ORDER, header),
        locked.order.currency,
    )


def _checked(
    batch: Batch,
    locked: LockedOrder,
    asked: OrderRequest,
    header: Header,
    change: Change,
    total: Totals,
    split: Split,
) -> list[HoldReason]:
    """The thresholds that a change can pass: of the lines it touches, a new PO, less goods."""
    every, asks = asks_of(header), asks_of_lines(header)
    before = sum((row.net for row in locked.lines if row.price_source not in CHARGES), Decimal(0))
    if goods_net(total.net, change.outcomes) < before:
        asks = replace(asks, minimum_net=every.minimum_net)
    if asked.customer_po:
        asks = replace(asks, po_repeat_days=every.po_repeat_days)
    return checked_holds(
        batch,
        asked,
        header,
        change.facts,
        change.outcomes,
        total,
        asks=asks,
        order_id=locked.order.order_id,
        countries=split.countries(replace(asked, lines=[plan.request for plan in change.plans])),
    )
