"""Five weeks of the demo company's trade, through the same verbs as everyone's, each on its own day.

Fixed seed: the same customers, items and quantities every time; only the calendar moves with the present day.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from django.db.models import F

from billing.invoicing.actions.invoice_shipments import invoice_shipments
from billing.models import OpenItem
from billing.receivables.actions.receive_cash import receive_cash
from billing.receivables.rules import Application
from erp.kernel import outbox
from inventory.models import DemandGroup, Shipment
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.outbound.actions.record_picks import record_picks
from inventory.outbound.actions.release_groups import release_groups
from masterdata.models import Customer, Price, Site
from orders.entry.actions.submit_order import submit_order
from orders.entry.rules import LineRequest, OrderRequest
from orders.exceptions.tasks import sweep_inbox
from orders.models import SalesOrder
from reporting.demo.banking import bring_statement
from reporting.demo.bought import buy_for_orders
from reporting.demo.campaigns import open_campaigns
from reporting.demo.closing import begin_closing
from reporting.demo.collecting import call_payers
from reporting.demo.disputes import hold_back
from reporting.demo.dock import work_the_dock
from reporting.demo.dunning import remind
from reporting.demo.einvoices import invoice_electronically
from reporting.demo.electronic import exchange
from reporting.demo.floor import keep_the_floor
from reporting.demo.moves import move_goods
from reporting.demo.offers import offer
from reporting.demo.payables import charge_receipts, pay_suppliers
from reporting.demo.plans import plan_stock
from reporting.demo.returns import bring_back
from reporting.facts.actions.roll_up import roll_up, value_stock_history

from .calendar import CENT, DAYS, Trade, working_day
from .shelves import order_from_suppliers, receive, stock_the_shelves

SEED = 4_711
ORDERS_A_DAY = (4, 7)
ORDERS_TODAY = 16
SITE_SHARES = {"ANT": 36, "RTM": 20, "LEJ": 13, "LYS": 11, "MIL": 9, "GDN": 8, "MAN": 5}


def run(now: datetime) -> str:
    """Trade for five weeks up to `now`; needs the masters. One sentence on what came out."""
    trade = Trade(Random(SEED), now.date(), now)
    stock_the_shelves(trade)
    orders = order_from_suppliers(trade)
    for day in _working_days(trade):
        _sell(trade, day)
        if day == trade.today - timedelta(days=6):
            _raise_prices(trade)
        if day == trade.today - timedelta(days=4):
            _ask_for_purchase_orders(trade)
        receive(trade, day, orders)
        _ship(trade, day)
        _collect(trade, day)
    _hold_some(trade)
    bring_back(trade.by, now)
    offer(trade.by, now)
    exchange(trade.by, now)
    open_campaigns(trade.by, now)
    buy_for_orders(trade.by, now)
    keep_the_floor(trade.by, now)
    move_goods(trade.by, now)
    work_the_dock(trade.by, now)
    plan_stock(trade.by, now)
    invoice_electronically(trade.by, now)
    bring_statement(trade.by, now)
    hold_back(trade.by, now)
    charge_receipts(trade.by, now)
    pay_suppliers(trade.by, now)
    remind(trade.by, now)
    call_payers(trade.by, now)
    begin_closing(trade.by, now)
    _count()
    shipped = Shipment.objects.filter(state=Shipment.State.SHIPPED).count()
    return f"{SalesOrder.objects.count()} orders, {shipped} shipments, {OpenItem.objects.count()} invoices"


def _working_days(trade: Trade) -> Iterator[date]:
    """Weekdays, and the present day whatever it is, so that there is something to do."""
    for back in range(DAYS, -1, -1):
        day = trade.today - timedelta(days=back)
        if day.weekday() < 5 or not back:
            yield day


# Orders --------------------------------------------------------------------------------------------


def _sell(trade: Trade, day: date) -> None:
    """A day's orders, spread over the sites. Blocked customers try it, too, on the last days."""
    sites = list(Site.objects.filter(code__in=SITE_SHARES).order_by("pk"))
    customers = list(Customer.objects.select_related("party", "group").order_by("pk"))
    last_days = (trade.today - day).days <= 2
    count = ORDERS_TODAY if day == trade.today else trade.rng.randrange(*ORDERS_A_DAY)
    for number in range(count):
        (site,) = trade.rng.choices(sites, [SITE_SHARES[site.code] for site in sites])
        own = [
            one
            for one in customers
            if one.company_id == site.company_id and (last_days or not one.is_blocked)
        ]
        near = [one for one in own if one.preferred_site_id == site.pk] or own
        at = trade.at(day, 6 + 8 * number / count)
        if at > trade.now:
            at = trade.now - timedelta(minutes=3 * (count - number))
        _order(trade, site, trade.rng.choice(near[:24]), at, careless=last_days)


def _order(trade: Trade, site: Site, customer: Customer, at: datetime, *, careless: bool) -> None:
    """One order. Who needs a purchase order names one, except when `careless`; others forget it now and then."""
    catalogue, rng = trade.catalogues[site.pk], trade.rng
    shop = customer.group.code == "WEB"
    items = rng.sample(catalogue.items, 2 if shop else rng.choice((1, 2, 3, 3, 4, 5, 6, 8, 12)))
    free = rng.random() < 0.015  # taken over without a price: nobody has said what it costs
    forgotten = rng.random() < 0.12 and (careless or not customer.po_required)
    made = submit_order(
        trade.by("cs.uk" if site.code == "MAN" else "cs", at),
        request=OrderRequest(
            customer_id=customer.pk,
            site_id=site.pk,
            lines=[
                LineRequest(
                    item.pk,
                    Decimal(rng.choice((1, 2, 3, 5) if shop else (4, 6, 10, 10, 12, 20, 25, 40))),
                    price=Decimal(0) if free and not place else None,
                )
                for place, item in enumerate(items)
            ],
            requested_on=working_day(at.date() + timedelta(days=rng.choice((0, 0, 1, 1, 2, 4)))),
            channel=rng.choice(("desk", "desk", "desk", "api", "csv")),
            customer_po="" if forgotten else f"PO{rng.randrange(10**5, 10**6)}",
            price_source="conversion" if free else "override",
        ),
    )
    group = DemandGroup.objects.get(order__pk=made.order_id)
    late = rng.choices((0, 1, 3), (95, 4, 1))[0]
    trade.to_ship[working_day(max(group.ship_on, at.date()) + timedelta(days=late))].append(group.pk)


def _hold_some(trade: Trade) -> None:
    """Orders that stop at a gate: over the credit limit, from a blocked customer, without a purchase order."""
    customers = Customer.objects.filter(company__code="MER").order_by("pk")
    limited = customers.filter(credit_account__limit__isnull=False, is_blocked=False, group__code="WEB")
    tight = list(limited.order_by(F("credit_account__limit") - F("credit_account__exposure"), "pk")[:3])
    strict = list(
        customers.filter(po_required=True, is_blocked=False).exclude(pk__in=[one.pk for one in tight])[:2]
    )
    stopped = [
        *((one, Decimal(90), True) for one in tight),
        *((one, Decimal(6), True) for one in customers.filter(is_blocked=True)[:1]),
        *((one, Decimal(10), False) for one in strict),
    ]
    site = Site.objects.get(code="ANT")
    for place, (customer, quantity, has_po) in enumerate(stopped):
        at = trade.now - timedelta(hours=5 * place + 1)
        submit_order(
            trade.by("cs", at),
            request=OrderRequest(
                customer_id=customer.pk,
                site_id=site.pk,
                lines=[
                    LineRequest(item.pk, quantity)
                    for item in trade.rng.sample(trade.catalogues[site.pk].items, 3)
                ],
                requested_on=working_day(trade.today + timedelta(days=1)),
                channel="desk",
                customer_po=f"PO{trade.rng.randrange(10**5, 10**6)}" if has_po else "",
            ),
        )


# Warehouse -----------------------------------------------------------------------------------------

TODAY = ("left", "to pick", "ready", "to release")  # how far the present day's shipments have come


def _ship(trade: Trade, day: date) -> None:
    """Release, pick, confirm and charge what is due by today; the present day is still under way.

    On a weekend that is the Monday after it, begun early: the floor is never without work.
    """
    until = working_day(day)
    due = sorted(
        group_id for when in [d for d in trade.to_ship if d <= until] for group_id in trade.to_ship.pop(when)
    )
    for place, group_id in enumerate(due):
        stage = TODAY[place % len(TODAY)] if day == trade.today else "left"
        if stage == "to release":
            continue
        _carry(trade, day, group_id, stage)
    # What is left of a part delivery waits for goods; a receipt may have served it by the next week.
    if day.weekday() == 3:
        waiting = DemandGroup.objects.filter(
            demands__reserved__gt=0, demands__shipped__gt=0, shipments__state=Shipment.State.SHIPPED
        )
        for group_id in sorted(set(waiting.values_list("pk", flat=True))):
            _carry(trade, day, group_id, "left")


def _carry(trade: Trade, day: date, group_id: int, stage: str) -> None:
    released = release_groups(trade.by("warehouse", trade.at(day, 9)), group_ids=[group_id])
    for shipment_id in released.shipment_ids if stage != "to pick" else ():
        record_picks(trade.by("warehouse", trade.at(day, 10.5)), shipment_id=shipment_id)
        if stage == "ready":
            continue
        left = trade.at(day, 11 + 4 * trade.rng.random())
        confirm_shipments(trade.by("warehouse", left), shipment_ids=[shipment_id])
        company_id = Shipment.objects.values_list("company_id", flat=True).get(pk=shipment_id)
        billed = left + timedelta(minutes=trade.rng.choice((1, 2, 5, 30, 90)))
        invoice_shipments(
            trade.by("system:billing", billed), company_id=company_id, shipment_ids=[shipment_id]
        )


# What makes work for finance -----------------------------------------------------------------------


def _raise_prices(trade: Trade) -> None:
    """New list prices for what is on order and has not left: ordered at the old price, due at the new one."""
    lines = (
        SalesOrder.objects.filter(group_id__in=[pk for ids in trade.to_ship.values() for pk in ids])
        .filter(lines__price_source="list")
        .order_by("pk")
        .values_list("lines__item_id", "customer__price_scopes__scope_id")
    )
    changed: set[tuple[int, int]] = set()
    from_day = trade.today - timedelta(days=6)
    for item_id, scope_id in lines:
        known = Price.objects.filter(scope_id=scope_id, item_id=item_id, method="net", valid_to=None)
        old = known.order_by("pk").first()
        if old is None or (item_id, scope_id) in changed or len(changed) >= 6 or old.scope.kind != "list":
            continue
        changed.add((item_id, scope_id))
        Price.objects.filter(pk=old.pk).update(valid_to=from_day)
        Price.objects.create(
            scope_id=scope_id,
            item_id=item_id,
            value=(old.value * Decimal("1.06")).quantize(CENT),
            unit_id=old.unit_id,
            min_quantity=old.min_quantity,
            valid_from=from_day,
            reason="Supplier's increase",
        )


def _ask_for_purchase_orders(trade: Trade) -> None:
    """Three customers with goods on the way decide that every invoice needs their purchase order."""
    waiting = SalesOrder.objects.filter(
        customer_po="", group_id__in=[pk for ids in trade.to_ship.values() for pk in ids]
    ).order_by("pk")
    chosen = sorted(set(waiting.values_list("customer_id", flat=True)))[:3]
    Customer.objects.filter(pk__in=chosen).update(po_required=True)


def _collect(trade: Trade, day: date) -> None:
    """Customers pay about two weeks after the invoice: most in full, some in part, one without saying what for."""
    issued = day - timedelta(days=13)
    items = list(
        OpenItem.objects.filter(invoice__issued_on=issued, open=F("amount"), open__gt=0).order_by("pk")
    )
    for item in items:
        luck = trade.rng.random()
        if luck > 0.7:
            continue
        paid = item.open if luck > 0.16 else (item.open / 2).quantize(CENT)
        told = luck > 0.08
        receive_cash(
            trade.by("finance", trade.at(day, 8)),
            customer_id=item.customer_id,
            amount=paid,
            received_on=day,
            reference=f"Transfer {trade.rng.randrange(10**5, 10**6)}",
            applications=[Application(item.pk, paid)] if told else [],
        )


def _count() -> None:
    """Let billing and the figures catch up with what was announced; documents are left to the workers."""
    for name in outbox.due_subscribers():
        if name.startswith(("billing.invoicing", "reporting.")):
            outbox.deliver(name)
    roll_up()
    value_stock_history()
    sweep_inbox()
