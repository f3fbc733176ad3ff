from decimal import Decimal

import pytest

from erp.kernel.errors import BadInput, InvalidTransition, StaleVersion
from inventory.models import Commitment, Demand, PromiseEvent, SiteStock
from orders.entry.actions.cancel_order import cancel_lines, cancel_order
from orders.entry.errors import OrderReleased
from orders.entry.rules import LineRequest
from orders.models import CreditAccount, SalesOrder
from tests.orders.books import assert_kept
from tests.support import count_statements
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade()


def submitted(shop: Trade, lines: int = 2) -> SalesOrder:
    return SalesOrder.objects.get(pk=shop.submit(lines).order_id)


def test_everything_is_let_go(shop):
    order = submitted(shop)
    result = cancel_order(shop.by(), order_id=order.pk, version=1, reason="Ordered twice")
    order.refresh_from_db()
    assert (order.state, order.gross, order.open_gross, result.cancelled) == ("cancelled", 0, 0, True)
    assert not Commitment.objects.exists()
    assert not SiteStock.objects.exclude(reserved=0).exists()
    assert set(Demand.objects.values_list("cancelled", "promised_on")) == {(1, None)}
    assert PromiseEvent.objects.filter(cause="cancelled").count() == 2
    assert CreditAccount.objects.get(customer=order.bill_to).exposure == 0


def test_one_line_goes_the_others_stay(shop):
    order = submitted(shop, 3)
    cancel_lines(shop.by(), order_id=order.pk, version=1, lines=[2], reason="Not needed")
    order.refresh_from_db()
    assert (order.state, order.version) == ("submitted", 2)
    assert list(order.lines.order_by("line").values_list("cancelled_quantity", flat=True)) == [0, 1, 0]
    assert_kept(order.bill_to_id)


def test_the_shipped_part_stays(shop):
    item = shop.world.items[0]
    stock = SiteStock.objects.get(item=item, site=shop.world.sites[0])
    SiteStock.objects.filter(pk=stock.pk).update(reserved=999_996)
    shipment = shop.ship([LineRequest(item, Decimal(10))])
    SiteStock.objects.filter(pk=stock.pk).update(reserved=0)
    shop.invoice(shipment)
    order = SalesOrder.objects.get()
    price = order.lines.get().unit_price
    cancel_order(shop.by(), order_id=order.pk, version=order.version, reason="The rest is too late")
    order.refresh_from_db()
    assert (order.state, order.net, order.open_net, order.open_gross) == ("submitted", 4 * price, 0, 0)
    assert order.lines.get().cancelled_quantity == 6
    assert list(Demand.objects.values_list("shipped", "cancelled")) == [(4, 6)]


def test_refusals_change_nothing(shop):
    order = submitted(shop)
    with pytest.raises(BadInput):
        cancel_order(shop.by(), order_id=order.pk, version=1, reason=" ")
    with pytest.raises(StaleVersion):
        cancel_order(shop.by(), order_id=order.pk, version=2, reason="x")
    shop.release(order.pk)
    with pytest.raises(OrderReleased) as refusal:
        cancel_order(shop.by(), order_id=order.pk, version=1, reason="x")
    assert "SH-" in str(refusal.value)
    order.refresh_from_db()
    assert (order.state, order.version) == ("submitted", 1)
    assert_kept(order.bill_to_id)


def test_cancelled_is_final(shop):
    order = submitted(shop)
    cancel_order(shop.by("once"), order_id=order.pk, version=1, reason="x")
    assert cancel_order(shop.by("once"), order_id=order.pk, version=1, reason="x").cancelled
    with pytest.raises(InvalidTransition):
        cancel_order(shop.by(), order_id=order.pk, version=2, reason="x")


def test_statements_do_not_depend_on_lines():
    shop = trade(items=500)
    orders = [submitted(shop, lines) for lines in (1, 1, 10, 500)]
    counts = []
    for order in orders:
        with count_statements() as counted:
            cancel_order(shop.by(), order_id=order.pk, version=1, reason="x")
        counts.append(counted.statements)
    assert counts[1] == counts[2] == counts[3]
