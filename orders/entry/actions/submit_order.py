"""Submit: price, credit, promise, allocate, in one transaction; what fails a gate is held, not lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from erp.kernel.access import permit
from erp.kernel.batch import Batch
from erp.kernel.command import command
from inventory.commitments.rules import Wanted
from orders.credit.exposure import move
from orders.entry.actions.promise_anew import told_of_lines
from orders.entry.allowances import opened_by, wanted_draws, with_allowances
from orders.entry.changes import columns_of
from orders.entry.charges import consignments_of, with_charges
from orders.entry.checks import checked_holds
from orders.entry.deliveries import (
    deliveries_of,
    lock_deliveries,
    place_deliveries,
    promise_deliveries,
    with_groups,
)
from orders.entry.errors import CustomerPoUsed, EmptyOrder, LineRefused, ShipToUnknown
from orders.entry.events import OrderSubmitted, RushShort
from orders.entry.free_goods import gifts_of, keep_gifts, with_gifts, with_ids
from orders.entry.freight import quote_freight
from orders.entry.gates import (
    HoldReason,
    LineOutcome,
    assess_lines,
    holds_of,
    total_of,
)
from orders.entry.models import LineDemand, OrderLine, SalesOrder
from orders.entry.needs import Need, links_of, needs_of
from orders.entry.policies import authority_of, kit_rule_of, margin_floor_of
from orders.entry.reads import Header, LineFacts, read_facts
from orders.entry.rules import OrderRequest, Totals
from orders.entry.splitting import gathered, read_split, sites_of
from orders.entry.standing_reads import Standing
from orders.entry.steering import Steered, joined, steer
from orders.entry.substituting import Settled, settle, write_substitutions
from orders.entry.supplying import method_of, supplied
from orders.holds.models import Hold
from orders.pricing.coupons import claim_coupon, count_use, refuse_idle
from orders.pricing.draws import write_draws
from orders.pricing.rules import UNBOUND, PricedLine

SUBMIT = permit("orders.submit_order", "customer_service", "process_owner")
SELL_BELOW_COST = permit("orders.sell_below_cost", "process_owner")


@dataclass(frozen=True, slots=True)
class SubmittedOrder:
    """What the caller learns: the order, what the warehouse will be told, and the holds that keep it from there."""

    order_id: int
    number: str
    holds: list[str]
    group_id: int


@command(
    "orders.submit_order",
    conflicts={
        "order_customer_po_unique": lambda request: CustomerPoUsed(
            customer_po=request.customer_po, order="an order submitted just now"
        )
    },
)
def submit_order(batch: Batch, *, request: OrderRequest) -> SubmittedOrder:
    """Make an order of what a customer wants.

    Every line gets its price, every stocked line a demand with a promise. The company's order rules choose site, ship
    rule, priority, holds and fees; fees, and freight that is prepaid and added, become the last lines. A failed gate
    (credit, price, authority, customer block, missing PO, the thresholds of orders.holds.policies, a rule) puts a
    typed hold on the order, which keeps it from the warehouse. Raises LineRefused with every line that cannot be
    taken, CustomerPoUsed, ShipToUnknown, EmptyOrder, RushUnknown, RushUsedUp, CouponRefused. A line that offers a
    substitute keeps what was asked for; it needs a rule and the customer's consent. Goods that come free become lines
    behind those that were asked for. Lines that name another site leave from there: the order has a delivery for each
    of its sites, and a number of statements that grows with these alone.
    """
    if not request.lines:
        raise EmptyOrder()
    request = gathered(request)
    header, facts = read_facts(batch, request)
    batch.actor.require(SUBMIT, company=header.company_id, site=header.site_id)
    _refuse_unknown(request, header)
    settled = settle(batch, supplied(request, facts), header, facts)
    request = settled.request
    split = read_split(batch, request, header, facts, right=SUBMIT)
    coupon = claim_coupon(
        batch,
        request.coupon,
        company_id=header.company_id,
        customer_id=header.customer_id,
        on=header.on_day,
    )
    facts = with_allowances(batch, opened_by(coupon, facts))
    outcomes = assess_lines(
        request,
        header,
        facts,
        below_cost=batch.actor.may(SELL_BELOW_COST, company=header.company_id, site=header.site_id),
        problems={**settled.problems, **split.problems},
    )
    refuse_lines(outcomes, facts)
    gifts, outcomes = gifts_of(batch, request, header, facts, outcomes)
    gifts = with_ids(batch, gifts)
    request, facts, outcomes = with_gifts(request, facts, outcomes, gifts)
    refuse_idle(coupon, [outcome.priced.steps for outcome in outcomes])
    steered = steer(batch, request, header, facts, outcomes, right=SUBMIT)
    header = steered.header
    freight = quote_freight(batch, header, consignments_of(sites_of(request, header), facts, outcomes))
    charges = [*steered.fees, *([freight] if freight else ())]
    if charges:
        request = replace(request, lines=[*request.lines, *(charge.request for charge in charges)])
        facts, outcomes = with_charges(facts, outcomes, charges)
    quantities = [outcome.stock_quantity for outcome in outcomes]
    priced = [outcome.priced for outcome in outcomes]
    total = total_of(outcomes, facts, header.currency)

    needs, kit_rule = needs_of(facts, quantities), kit_rule_of(header)
    wanted = [
        need.wanted(
            request.requested_on,
            kit_rule,
            method_of(request.lines[need.place], facts[need.place], header),
        )
        for need in needs
    ]
    floor = margin_floor_of(header)
    by_hand = any(line.price is not None for line in request.lines)
    authority = authority_of(batch.actor, SUBMIT, header) if by_hand else UNBOUND
    checked = checked_holds(
        batch, request, header, facts, outcomes, total, countries=split.countries(request)
    )
    headers = with_groups(batch, split.headers(header), header)
    deliveries = deliveries_of(headers, sites_of(request, header), needs, request.requested_on)
    # What does not depend on the locks goes before them, so that they are held for less time.
    count_use(batch, coupon)
    _write_order(batch, request, header, facts, outcomes, total, steered.rush)
    substitute = LineDemand.Role.SUBSTITUTE.value
    batch.insert(LineDemand, **links_of(needs, dict.fromkeys(settled.substitutions, substitute)))
    write_substitutions(
        batch,
        [facts[index].line_id for index in settled.substitutions],
        list(settled.substitutions.values()),
        [None] * len(settled.substitutions),
    )
    keep_gifts(batch, gifts, [facts[gift.place].line_id for gift in gifts])
    write_draws(batch, wanted_draws([fact.line_id for fact in facts], outcomes))
    standings = lock_deliveries(batch, deliveries, wanted)
    locked = standings[header.site_id]
    holds = holds_of(
        request, header, facts, outcomes, total, locked, floor_percent=floor, authority=authority
    )
    holds = joined([*holds, *checked], steered.holds)
    promises = promise_deliveries(batch, deliveries, wanted, standings)

    if needs:
        place_deliveries(
            batch,
            deliveries,
            needs,
            wanted,
            promises,
            standings,
            document=order_number(header.order_id),
            own_priority=steered.own_priority,
        )
    write_holds(batch, header.order_id, holds, [fact.line_id for fact in facts])
    if locked.accounts and not any(hold.kind == Hold.Kind.CREDIT for hold in holds):
        move(batch, {account.account_id: total.gross for account in locked.accounts})
    batch.decide(
        "orders.submit_order",
        SalesOrder,
        header.order_id,
        _why(
            header,
            priced,
            told_of_lines(needs, promises, quantities),
            locked,
            total,
            holds,
            {str(each.site_id): each.leaving.today for each in deliveries},
            settled,
            steered,
            bought_for(needs, wanted),
        ),
    )
    batch.publish(OrderSubmitted(order_id=header.order_id))
    if steered.rushes and any(
        promise.reserved < demand.quantity
        for promise, demand in zip(promises, wanted, strict=True)
        if not demand.bought
    ):
        batch.publish(RushShort(order_id=header.order_id))
    return SubmittedOrder(
        header.order_id,
        order_number(header.order_id),
        list(dict.fromkeys(hold.kind for hold in holds)),
        header.group_id,
    )


def order_number(order_id: int) -> str:
    return f"SO-{order_id}"


def _refuse_unknown(request: OrderRequest, header: Header) -> None:
    if request.ship_to_id and header.ship_to_id is None:
        raise ShipToUnknown()
    if header.po_used_on and not request.po_repeats:
        raise CustomerPoUsed(customer_po=request.customer_po, order=header.po_used_on)


def refuse_lines(outcomes: Sequence[LineOutcome], facts: Sequence[LineFacts]) -> None:
    """Raise LineRefused with every line that cannot be taken, if there is one."""
    refused = [
        {"line": number, "item": fact.code, "reason": outcome.problem}
        for number, (outcome, fact) in enumerate(zip(outcomes, facts, strict=True), 1)
        if outcome.problem
    ]
    if refused:
        raise LineRefused.of(refused)


def _write_order(
    batch: Batch,
    request: OrderRequest,
    header: Header,
    facts: Sequence[LineFacts],
    outcomes: Sequence[LineOutcome],
    total: Totals,
    rush: str,
) -> None:
    batch.insert(
        SalesOrder,
        id=header.order_id,
        number=order_number(header.order_id),
        company=header.company_id,
        site=header.site_id,
        customer=header.customer_id,
        bill_to=header.bill_to_id,
        ship_to=header.ship_to_id,
        group=header.group_id if any(fact.is_goods for fact in facts) else None,
        channel=request.channel,
        customer_po=request.customer_po,
        job=request.job.upper(),
        po_unique=header.po_unique and not request.po_repeats,
        requested_on=request.requested_on,
        rush=rush,
        coupon=request.coupon.strip().upper(),
        takes_fees=request.fees,
        freight_terms=header.freight_terms,
        state=SalesOrder.State.SUBMITTED.value,
        currency=header.currency,
        line_count=len(facts),
        net=total.net,
        tax=total.tax,
        gross=total.gross,
        open_net=total.net,
        open_gross=total.gross,
        note=request.note,
        submitted_at=batch.now,
        submitted_by=batch.actor.name,
    )
    batch.insert(
        OrderLine,
        id=[fact.line_id for fact in facts],
        order=header.order_id,
        line=list(range(1, len(facts) + 1)),
        item=[fact.item_id for fact in facts],
        description=[fact.name for fact in facts],
        requested_on=request.requested_on,
        **columns_of(request.lines, facts, outcomes),
    )


def write_holds(batch: Batch, order_id: int, holds: Sequence[HoldReason], line_ids: Sequence[int]) -> None:
    """Holds of the order and of its lines; `line_ids` run parallel to the lines that were judged."""
    batch.insert(
        Hold,
        order=order_id,
        line=[None if hold.place is None else line_ids[hold.place] for hold in holds],
        kind=[hold.kind for hold in holds],
        detail=[hold.detail[:200] for hold in holds],
        amount=[hold.amount for hold in holds],
        caused_by=batch.actor.name,
        opened_at=batch.now,
    )


def _why(
    header: Header,
    priced: Sequence[PricedLine],
    promises: Sequence[dict[str, Any] | None],
    locked: Standing,
    total: Totals,
    holds: Sequence[HoldReason],
    ships_on: Mapping[str, date],
    settled: Settled,
    steered: Steered,
    bought: dict[str, Any],
) -> dict[str, Any]:
    """Inputs by id, steps in order: enough to answer "why this price, why this date" next year."""
    return {
        "price": [line.steps for line in priced],
        **rejected_prices(priced),
        **instead_of(settled),
        **bought,
        "credit": locked.credit_check(total.gross).why(),
        "site": header.site_id,
        "ships_on": ships_on[str(header.site_id)],
        **({"deliveries": dict(ships_on)} if len(ships_on) > 1 else {}),
        "promise": list(promises),
        "holds": [hold.kind for hold in holds],
        **steered.why,
    }


def instead_of(settled: Settled) -> dict[str, Any]:
    """What was asked for where something else is offered, by line number, where there is any."""
    found = {str(place + 1): each.why() for place, each in settled.substitutions.items()}
    return {"instead": found} if found else {}


def bought_for(needs: Sequence[Need], wanted: Sequence[Wanted]) -> dict[str, Any]:
    """How the lines are supplied that do not come from stock, by line number, where there are any."""
    found = {
        str(need.place + 1): demand.method
        for need, demand in zip(needs, wanted, strict=True)
        if demand.bought
    }
    return {"supply": found} if found else {}


def rejected_prices(priced: Sequence[PricedLine]) -> dict[str, Any]:
    """What was tried and gave no price, line by line, where there was any: [[price id, why], ...]."""
    return {"rejected": [line.rejected for line in priced]} if any(line.rejected for line in priced) else {}
