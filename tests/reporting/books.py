"""A hand-computed week of trade, carried through the real verbs on days of its own."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from billing.invoicing.actions.invoice_shipments import invoice_shipments
from erp.kernel import outbox
from erp.kernel.command import By
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.outbound.actions.record_picks import record_picks
from inventory.outbound.actions.release_groups import release_groups
from masterdata.models import Item, Price, PriceScope
from orders.entry.actions.submit_order import submit_order
from orders.entry.rules import LineRequest, OrderRequest
from orders.models import SalesOrder
from reporting.facts.actions.roll_up import roll_up
from tests.trade import Trade, trade

FACTS = "reporting.facts."


def at(day: int, hour: int = 9) -> datetime:
    """An instant of January 2026; the 5th is a Monday."""
    return datetime(2026, 1, day, hour, tzinfo=UTC)


@dataclass
class Week:
    """A small company whose three items cost 5, 6 and 7 and sell at 10, 20 and 40, in UTC."""

    trade: Trade

    def by(self, when: datetime) -> By:
        return By(self.trade.actor, key=self.trade.by().key, at=when)

    def submit(self, when: datetime, quantities: list[int], requested: date | None = None) -> SalesOrder:
        lines = [
            LineRequest(item, Decimal(quantity))
            for item, quantity in zip(self.trade.world.items, quantities, strict=False)
            if quantity
        ]
        request = OrderRequest(
            customer_id=self.trade.world.customers[0],
            lines=lines,
            requested_on=requested or when.date(),
            channel="desk",
        )
        return SalesOrder.objects.get(pk=submit_order(self.by(when), request=request).order_id)

    def ship(self, order: SalesOrder, when: datetime, *, invoiced: bool = True) -> int:
        """Release, pick and confirm what is reserved, and charge it at the same instant; the shipment's id."""
        assert order.group_id
        (shipment_id,) = release_groups(self.by(when), group_ids=[order.group_id], strict=True).shipment_ids
        record_picks(self.by(when), shipment_id=shipment_id)
        confirm_shipments(self.by(when), shipment_ids=[shipment_id])
        if invoiced:
            invoice_shipments(self.by(when), company_id=order.company_id, shipment_ids=[shipment_id])
        return shipment_id


def week() -> Week:
    made = trade(items=3)
    items = list(Item.objects.order_by("pk"))
    Price.objects.all().delete()
    listed = PriceScope.objects.get(kind="list")
    for item, price in zip(items, (10, 20, 40), strict=True):
        Price.objects.create(scope=listed, item=item, value=price, unit_id="EA", valid_from=date(2020, 1, 1))
    return Week(made)


def told() -> None:
    """Deliver every announcement to the facts and count the days they touched."""
    for name in outbox.due_subscribers():
        if name.startswith(FACTS):
            outbox.deliver(name)
    roll_up()


def busy_days(made: Week) -> dict[str, SalesOrder]:
    """Monday: one order shipped the same day, one on Wednesday. Tuesday: one that is 12 pieces short.

    a: 2 at 10 and 1 at 20, cost 16, complete on its day. b: 1 at 40, cost 7, complete two days late.
    c: 1,000,010 at 10, of which 999,998 (all there is) leave on their day.
    """
    orders = {"a": made.submit(at(5, 9), [2, 1]), "b": made.submit(at(5, 10), [0, 0, 1])}
    made.ship(orders["a"], at(5, 15))
    orders["c"] = made.submit(at(6, 9), [1_000_010])
    made.ship(orders["c"], at(6, 12))
    made.ship(orders["b"], at(7, 10))
    return orders
