from datetime import date
from decimal import Decimal

import pytest

from erp.kernel.errors import BadInput, NotPermitted, StaleVersion
from erp.kernel.models import Grant
from inventory.models import Demand, DemandGroup, PromiseEvent, SiteStock, Supply
from masterdata.models import Price
from orders.entry.actions.amend_order import amend_order
from orders.entry.amending import Amendment, LineChange
from orders.entry.errors import CustomerPoUsed, LineRefused, OrderReleased
from orders.entry.rules import LineRequest
from orders.models import CreditAccount, Hold, SalesOrder
from tests.orders.books import assert_kept
from tests.support import count_statements
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade()


def amend(shop: Trade, order: SalesOrder, *lines: LineChange, **header: object):
    return amend_order(
        shop.by(), order_id=order.pk, version=order.version, amendment=Amendment(lines=list(lines), **header)
    )


def submitted(shop: Trade, lines: int = 2, **changes: object) -> SalesOrder:
    return SalesOrder.objects.get(pk=shop.submit(lines, **changes).order_id)


def test_more_and_less_are_priced_promised_and_counted(shop):
    order = submitted(shop)
    prices = [line.unit_price for line in order.lines.order_by("line")]
    amended = amend(shop, order, LineChange(1, Decimal(5)), LineChange(0, Decimal(3), shop.world.items[2]))
    order.refresh_from_db()
    third = order.lines.get(line=3)
    assert order.net == 5 * prices[0] + prices[1] + 3 * third.unit_price
    assert (order.version, order.line_count, amended.gross) == (2, 3, str(order.gross))
    assert order.open_gross == order.gross
    assert list(Demand.objects.order_by("item").values_list("ordered", "reserved")) == [
        (5, 5),
        (1, 1),
        (3, 3),
    ]
    assert order.lines.get(line=1).version == 2
    assert_kept(order.bill_to_id)


@pytest.mark.parametrize("source", ["override", "conversion", "substitute"])
def test_a_price_that_stays_says_nothing_of_another_unit(shop, source):
    order = submitted(shop, 1)
    order.lines.update(price_source=source, price_reason="Agreed by mail")
    boxes = LineChange(1, Decimal(2), unit="BX")
    with pytest.raises(
        BadInput, match=r"line 1 is per EA \(Agreed by mail\)\. Keep the unit, or set a price"
    ):
        amend(shop, order, boxes)
    order.refresh_from_db()
    assert (order.version, order.lines.get().quantity) == (1, 1)


def test_zero_cancels_a_line(shop):
    order = submitted(shop)
    amend(shop, order, LineChange(2, Decimal(0)))
    line = order.lines.get(line=2)
    assert (line.cancelled_quantity, line.net) == (1, 0)
    demand = Demand.objects.get(item=line.item)
    assert (demand.cancelled, demand.reserved) == (1, 0)
    assert_kept(order.bill_to_id)


def test_a_later_day_moves_every_promise(shop):
    order = submitted(shop)
    amend(shop, order, requested_on=date(2031, 3, 3))
    assert set(Demand.objects.values_list("requested_on", "promised_on")) == {
        (date(2031, 3, 3), date(2031, 3, 3))
    }
    assert PromiseEvent.objects.filter(cause="amended", new_on=date(2031, 3, 3)).count() == 2
    first = set(Demand.objects.values_list("first_promised_on", flat=True))
    assert date(2031, 3, 3) not in first
    assert_kept(order.bill_to_id)


def test_the_delivery_leaves_for_the_day_that_is_wanted_now(shop):
    order = submitted(shop)
    leaves = DemandGroup.objects.get().ship_on
    amend(shop, order, LineChange(1, Decimal(4)))
    assert DemandGroup.objects.get().ship_on == leaves  # another quantity makes nothing later
    order.refresh_from_db()
    amend(shop, order, requested_on=date(2031, 3, 3))
    assert DemandGroup.objects.get().ship_on == date(2031, 3, 3)


def test_its_own_supply_serves_it_again(shop):
    item = shop.world.items[0]
    SiteStock.objects.filter(item=item, site=shop.world.sites[0]).update(reserved=1_000_000)
    Supply.objects.create(
        item_id=item, site_id=shop.world.sites[0], document="PO-1", expected=5, due_on=date(2031, 1, 7)
    )
    order = submitted(shop, 1)
    amend(shop, order, LineChange(1, Decimal(5)))
    assert Supply.objects.get().committed == 5
    assert Demand.objects.get().promised_on == date(2031, 1, 7)


def test_a_price_set_by_hand_stays(shop):
    line = LineRequest(shop.world.items[0], Decimal(1), price=Decimal("60"), price_reason="Agreed by mail")
    order = SalesOrder.objects.get(pk=shop.submit([line]).order_id)
    amend(shop, order, LineChange(1, Decimal(4)))
    kept = order.lines.get()
    assert (kept.unit_price, kept.price_source, kept.price_reason) == (60, "override", "Agreed by mail")


def test_over_the_limit_is_held_and_no_longer_counted(shop):
    order = submitted(shop, 1)
    CreditAccount.objects.filter(customer=order.bill_to).update(limit=order.gross + 1)
    amended = amend(shop, order, LineChange(1, Decimal(50)))
    assert amended.holds == ["credit"]
    assert Hold.objects.get().kind == "credit"
    assert CreditAccount.objects.get(customer=order.bill_to).exposure == 0
    assert_kept(order.bill_to_id)


def test_less_is_never_held(shop):
    order = SalesOrder.objects.get(pk=shop.submit([LineRequest(shop.world.items[0], Decimal(9))]).order_id)
    CreditAccount.objects.filter(customer=order.bill_to).update(limit=1)
    assert amend(shop, order, LineChange(1, Decimal(8))).holds == []
    assert_kept(order.bill_to_id)


def unchanged(order: SalesOrder) -> None:
    now = SalesOrder.objects.get(pk=order.pk)
    assert (now.version, now.gross, now.customer_po) == (order.version, order.gross, order.customer_po)
    assert list(now.lines.order_by("line").values_list("quantity", flat=True)) == [1] * now.line_count
    assert_kept(order.bill_to_id)


def test_stale_version_shows_both_values(shop):
    order = submitted(shop, 1)
    with pytest.raises(StaleVersion) as refusal:
        amend_order(shop.by(), order_id=order.pk, version=7, amendment=Amendment([LineChange(1, Decimal(3))]))
    assert refusal.value.context["changes"] == [{"label": "Line 1", "mine": "3", "theirs": "1"}]
    unchanged(order)


def test_refusals_change_nothing(shop):
    other = submitted(shop, 1, customer_po="TAKEN")
    order = submitted(shop, 2, customer_po="MINE")
    with pytest.raises(LineRefused):
        amend(shop, order, LineChange(1, Decimal("0.5")))
    with pytest.raises(BadInput):
        amend(shop, order, LineChange(1, Decimal(0)), LineChange(2, Decimal(0)))
    with pytest.raises(CustomerPoUsed):
        amend(shop, order, customer_po=other.customer_po.lower())
    Grant.objects.filter(role__in=("customer_service", "process_owner")).delete()
    shop.actor = type(shop.actor).of(type(Grant.objects.first().user).objects.get(username="bench"))
    with pytest.raises(NotPermitted):
        amend(shop, order, LineChange(1, Decimal(2)))
    unchanged(order)


def test_what_is_in_the_warehouse_stays(shop):
    order = submitted(shop, 1)
    shop.release(order.pk)
    with pytest.raises(OrderReleased):
        amend(shop, order, LineChange(1, Decimal(2)))
    unchanged(order)


def test_an_unpriced_line_is_held(shop):
    Price.objects.filter(item=shop.world.items[3]).delete()
    order = submitted(shop, 1)
    assert amend(shop, order, LineChange(0, Decimal(1), shop.world.items[3])).holds == ["price"]


def test_statements_do_not_depend_on_lines():
    shop = trade(items=500)
    orders = [submitted(shop, lines) for lines in (1, 1, 10, 500)]
    counts = []
    for order in orders:
        with count_statements() as counted:
            amend(shop, order, *(LineChange(n, Decimal(2)) for n in range(1, order.line_count + 1)))
        counts.append(counted.statements)
    assert counts[1] == counts[2] == counts[3]
