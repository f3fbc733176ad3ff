"""Submit: price, credit, promise, allocate, in one transaction; what fails a gate is held, not lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from erp.kernel.access import permit
from erp.kernel.batch import Batch
from erp.kernel.command import command
from inventory.commitments.actions.place_demands import Delivery, place_demands
from inventory.commitments.queries import lock_open_supply
from inventory.commitments.rules import Promise, Wanted, plan_promises
from masterdata.places.rules import earliest_ship_date
from orders.credit.models import CreditAccount
from orders.entry.errors import CustomerPoUsed, EmptyOrder, LineRefused, ShipToUnknown
from orders.entry.events import OrderSubmitted
from orders.entry.models import LineDemand, OrderLine, SalesOrder
from orders.entry.reads import Header, LineFacts, Locked, lock, read_facts
from orders.entry.rules import OrderRequest, Totals, totals
from orders.holds.models import Hold
from orders.pricing.rules import PricedLine, price_line

SUBMIT = permit("orders.submit_order", "customer_service", "process_owner")


@dataclass(frozen=True, slots=True)
class SubmittedOrder:
    """What the caller learns: the order, and the holds that keep it from the warehouse."""

    order_id: int
    number: str
    holds: list[str]


@dataclass(frozen=True, slots=True)
class HoldReason:
    kind: str
    detail: str
    amount: Decimal = Decimal(0)


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

    Every line gets its price, every stocked line a demand with a promise. A failed gate (credit, price, customer
    block, missing PO) puts a typed hold on the order, which keeps it from the warehouse. Raises LineRefused with
    every line that cannot be taken, CustomerPoUsed, ShipToUnknown, EmptyOrder.
    """
    if not request.lines:
        raise EmptyOrder()
    header, facts = read_facts(batch, request)
    batch.actor.require(SUBMIT, company=header.company_id, site=header.site_id)
    _refuse_unknown(request, header)
    quantities, priced = _price(request, header, facts)
    total = totals(
        [(line.net, fact.tax_rate or Decimal(0)) for line, fact in zip(priced, facts, strict=True)], header.currency
    )

    stocked = [index for index, fact in enumerate(facts) if fact.kind == "stocked"]
    wanted = [
        Wanted(_item(facts[index]), quantities[index], request.requested_on) for index in stocked
    ]
    locked = lock(batch, header, [demand.item_id for demand in wanted])
    holds = _holds(request, header, facts, priced, total, locked)
    promises, ships_on = _promise(batch, header, wanted, locked)

    _write_order(batch, request, header, facts, quantities, priced, total)
    if stocked:
        number = order_number(header.order_id)
        place_demands(
            batch,
            delivery=Delivery(
                group_id=header.group_id,
                company_id=header.company_id,
                site_id=header.site_id,
                document=number,
                party_id=header.party_id,
                ship_to_id=header.ship_to_id,
                ship_rule=header.ship_rule,
                priority=header.priority,
                ship_on=max(ships_on, request.requested_on),
            ),
            demand_ids=[facts[index].demand_id for index in stocked],
            wanted=wanted,
            promises=promises,
            stock_ids=locked.stock_ids,
        )
        batch.insert(
            LineDemand,
            line=[facts[index].line_id for index in stocked],
            demand=[facts[index].demand_id for index in stocked],
            role=LineDemand.Role.ORIGINAL.value,
        )
    _write_holds(batch, header, holds)
    if locked.credit and not any(hold.kind == Hold.Kind.CREDIT for hold in holds):
        batch.update(CreditAccount, [locked.credit[0]], add={"exposure": total.gross})
    batch.decide(
        "orders.submit_order",
        SalesOrder,
        header.order_id,
        _why(header, priced, promises, stocked, locked, total, holds, ships_on),
    )
    batch.publish(OrderSubmitted(order_id=header.order_id))
    return SubmittedOrder(header.order_id, order_number(header.order_id), [hold.kind for hold in holds])


def order_number(order_id: int) -> str:
    return f"SO-{order_id}"


def _item(fact: LineFacts) -> int:
    assert fact.item_id is not None
    return fact.item_id


def _refuse_unknown(request: OrderRequest, header: Header) -> None:
    if request.ship_to_id and header.ship_to_id is None:
        raise ShipToUnknown()
    if header.po_used_on:
        raise CustomerPoUsed(customer_po=request.customer_po, order=header.po_used_on)


def _price(
    request: OrderRequest, header: Header, facts: Sequence[LineFacts]
) -> tuple[list[Decimal], list[PricedLine]]:
    """Stock quantity and price of every line, or a refusal that names each line that cannot be taken."""
    refused: list[dict[str, Any]] = []
    quantities: list[Decimal] = []
    priced: list[PricedLine] = []
    for number, (line, fact) in enumerate(zip(request.lines, facts, strict=True), 1):
        problem = line_problem(fact, line.quantity)
        if problem or fact.factor is None:
            refused.append({"line": number, "item": fact.code, "reason": problem})
            continue
        quantities.append(fact.factor.to_stock(line.quantity))
        priced.append(
            price_line(
                quantity=line.quantity,
                factor=fact.factor.fraction,
                listed=fact.listed,
                best=fact.best,
                override=line.price,
                override_source=request.price_source,
                currency=header.currency,
            )
        )
    if refused:
        raise LineRefused(
            count=len(refused), first=f"line {refused[0]['line']}: {refused[0]['reason']}", lines=refused
        )
    return quantities, priced


def line_problem(fact: LineFacts, quantity: Decimal) -> str:
    """Why a line cannot be taken, in the clerk's words; empty when it can."""
    if fact.item_id is None:
        return f"There is no item {fact.code}."
    if fact.status == "blocked":
        return f"{fact.code} is blocked for sale."
    if fact.factor is None:
        return f"{fact.code} is not sold in this unit."
    if quantity <= 0:
        return "The quantity must be more than zero."
    return ""


def _holds(
    request: OrderRequest,
    header: Header,
    facts: Sequence[LineFacts],
    priced: Sequence[PricedLine],
    total: Totals,
    locked: Locked,
) -> list[HoldReason]:
    holds = []
    check = locked.credit_check(total.gross)
    if not check.passed:
        holds.append(
            HoldReason(
                "credit",
                f"Over the limit of {check.limit} by {check.over_by} {header.currency}: "
                f"{check.exposure} already counts, this order adds {check.amount}.",
                check.over_by,
            )
        )
    unpriced = [fact.code for fact, line in zip(facts, priced, strict=True) if line.unit_price is None]
    if unpriced:
        holds.append(HoldReason("price", f"No price for {', '.join(unpriced[:5])}.", total.net))
    if header.is_blocked:
        holds.append(HoldReason("blocked", "The customer is blocked.", total.gross))
    if header.po_required and not request.customer_po:
        holds.append(HoldReason("po_missing", "The customer requires a purchase order number.", total.gross))
    if request.hold_reason:
        holds.append(HoldReason("manual", request.hold_reason[:200], total.gross))
    return holds


def _promise(
    batch: Batch, header: Header, wanted: Sequence[Wanted], locked: Locked
) -> tuple[list[Promise], date]:
    ships_on = earliest_ship_date(
        at=datetime.fromisoformat(header.site_clock),
        cut_off=header.cut_off,
        ship_days=header.ship_days,
        working_days=header.working_days,
        holidays=header.holidays,
    )
    asked: dict[int, Decimal] = {}
    for demand in wanted:
        asked[demand.item_id] = asked.get(demand.item_id, Decimal(0)) + demand.quantity
    short = [item_id for item_id, quantity in asked.items() if quantity > locked.free.get(item_id, Decimal(0))]
    coming = lock_open_supply(batch, site_id=header.site_id, item_ids=short) if short else {}
    return plan_promises(wanted, free=dict(locked.free), coming=coming, ships_on=ships_on), ships_on


def _write_order(
    batch: Batch,
    request: OrderRequest,
    header: Header,
    facts: Sequence[LineFacts],
    quantities: Sequence[Decimal],
    priced: Sequence[PricedLine],
    total: Totals,
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
        group=header.group_id if any(fact.kind == "stocked" for fact in facts) else None,
        channel=request.channel,
        customer_po=request.customer_po,
        po_unique=header.po_unique,
        requested_on=request.requested_on,
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
        quantity=[line.quantity for line in request.lines],
        unit=[fact.factor.unit if fact.factor else None for fact in facts],
        stock_quantity=list(quantities),
        list_price=[line.list_price for line in priced],
        unit_price=[line.unit_price or Decimal(0) for line in priced],
        price_source=[line.source or OrderLine.PriceSource.LIST.value for line in priced],
        price_reason=[line.price_reason for line in request.lines],
        net=[line.net for line in priced],
        tax_code=[fact.tax_code_id for fact in facts],
        tax_rate_percent=[fact.tax_rate or Decimal(0) for fact in facts],
        unit_cost=[fact.unit_cost for fact in facts],
        requested_on=request.requested_on,
    )


def _write_holds(batch: Batch, header: Header, holds: Sequence[HoldReason]) -> None:
    batch.insert(
        Hold,
        order=header.order_id,
        kind=[hold.kind for hold in holds],
        detail=[hold.detail[:200] for hold in holds],
        amount=[hold.amount for hold in holds],
        caused_by=batch.actor.name,
        opened_at=batch.now,
    )


def _why(
    header: Header,
    priced: Sequence[PricedLine],
    promises: Sequence[Promise],
    stocked: Sequence[int],
    locked: Locked,
    total: Totals,
    holds: Sequence[HoldReason],
    ships_on: date,
) -> dict[str, Any]:
    """Inputs by id, steps in order: enough to answer "why this price, why this date" next year."""
    by_line = dict(zip(stocked, promises, strict=True))
    return {
        "price": [line.steps for line in priced],
        "credit": locked.credit_check(total.gross).why(),
        "site": header.site_id,
        "ships_on": ships_on,
        "promise": [
            {
                "on": by_line[index].on,
                "from": [[share.supply_id, share.quantity, share.on] for share in by_line[index].shares],
                "short": by_line[index].short,
            }
            if index in by_line
            else None
            for index in range(len(priced))
        ],
        "holds": [hold.kind for hold in holds],
    }

