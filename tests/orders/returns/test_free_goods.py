"""What came free goes back with what it came with: the customer keeps what the goods it keeps have earned."""

from datetime import timedelta
from decimal import Decimal

import pytest

from billing.invoicing.actions.credit_return import credit_return
from billing.models import Invoice
from inventory.models import Demand, ShipmentLine
from masterdata.models import Item
from orders.entry.actions.amend_order import amend_order
from orders.entry.amending import Amendment
from orders.entry.rules import LineRequest
from orders.models import CustomerReturn, OrderLine, ReturnLine, SalesOrder
from orders.returns.actions.approve_return import approve_return
from orders.returns.actions.dispose_return import Disposal, dispose_return
from orders.returns.actions.receive_return import CountedLine, receive_return
from orders.returns.actions.replace_return import replace_return
from orders.returns.actions.request_return import request_return
from orders.returns.rules import ReturnLineRequest
from tests import factories
from tests.orders.books import assert_proven
from tests.orders.pricing.promotions import free_goods
from tests.orders.returns.journey import Returns
from tests.support import count_statements

D = Decimal


@pytest.fixture
def gifted(shop: Returns) -> Returns:
    """Twenty pieces at their list price and two free ones have shipped and are invoiced."""
    item = Item.objects.get(pk=shop.trade.world.items[1])
    free_goods(shop.trade, item)
    shop.shipment_id = shop.trade.ship([LineRequest(item.pk, D(20))])
    shop.invoice()
    return shop


def lines_of_shipment(shop: Returns) -> tuple[ShipmentLine, ShipmentLine]:
    paid, free = ShipmentLine.objects.filter(shipment=shop.shipment_id).order_by("-shipped")
    return paid, free


def ask(shop: Returns, *wanted: tuple[ShipmentLine, int], reason: str = "not_needed") -> CustomerReturn:
    lines = [ReturnLineRequest(line.pk, D(quantity), reason) for line, quantity in wanted]
    made = request_return(shop.by(shop.service), order_id=shop.order.pk, lines=lines)
    return CustomerReturn.objects.get(pk=made.return_id)


def asked(rma: CustomerReturn) -> list[tuple[Decimal, Decimal, bool]]:
    """(quantity, net, whether it had come free) of its lines."""
    rows = rma.lines.select_related("order_line").order_by("line")
    return [(row.quantity, row.net, row.order_line.price_source == "free") for row in rows]


@pytest.mark.parametrize(("back", "free"), [(10, 1), (1, 1), (11, 2), (20, 2)])
def test_a_return_takes_back_what_the_rest_does_not_earn(gifted, back, free):
    paid, _free = lines_of_shipment(gifted)
    price = D(10 + paid.item_id % 90)
    rma = ask(gifted, (paid, back))
    assert asked(rma) == [(back, price * back, False), (free, 0, True)]
    assert rma.net == price * back
    assert [line.returned for line in lines_of_shipment(gifted)] == [back, free]
    assert_proven("R1")


def test_once_it_is_asked_back_it_is_not_asked_again(gifted):
    paid, free = lines_of_shipment(gifted)
    ask(gifted, (paid, 5), (free, 1))
    assert list(ReturnLine.objects.order_by("pk").values_list("quantity", flat=True)) == [5, 1]
    second = ask(gifted, (paid, 5))
    assert asked(second)[0][0] == 5 and len(asked(second)) == 1  # ten are kept, and one free
    third = ask(gifted, (paid, 1))
    assert [row[0] for row in asked(third)] == [1, 1]


@pytest.mark.parametrize("reason", ["defective", "shipped_wrong", "transit"])
def test_where_the_customer_does_not_answer_for_it_the_free_ones_stay(gifted, reason):
    paid, _free = lines_of_shipment(gifted)
    assert len(asked(ask(gifted, (paid, 20), reason=reason))) == 1


def test_what_was_broken_has_earned_its_free_one(gifted):
    paid, _free = lines_of_shipment(gifted)
    assert len(asked(ask(gifted, (paid, 10), reason="defective"))) == 1
    assert [row[0] for row in asked(ask(gifted, (paid, 1)))] == [1, 1]  # 19 earn one, 9 would earn none
    assert [line.returned for line in lines_of_shipment(gifted)] == [11, 1]


def test_what_is_broken_earns_beside_what_is_not_needed(gifted):
    paid, _free = lines_of_shipment(gifted)
    lines = [
        ReturnLineRequest(paid.pk, D(10), "defective"),
        ReturnLineRequest(paid.pk, D(1), "not_needed"),
    ]
    made = request_return(gifted.by(gifted.service), order_id=gifted.order.pk, lines=lines)
    assert [row[0] for row in asked(CustomerReturn.objects.get(pk=made.return_id))] == [10, 1, 1]


def test_free_ones_alone_come_back_for_nothing(gifted):
    _paid, free = lines_of_shipment(gifted)
    assert asked(ask(gifted, (free, 2))) == [(2, 0, True)]


def test_a_free_one_that_was_broken_is_replaced_for_nothing(gifted):
    paid, free = lines_of_shipment(gifted)
    rma = ask(gifted, (paid, 1), (free, 1), reason="defective")
    approve_return(gifted.by(gifted.owner), return_id=rma.pk)
    made = replace_return(gifted.by(gifted.service), return_id=rma.pk)
    lines = OrderLine.objects.filter(order=made.order_id).order_by("line")
    price = D(10 + paid.item_id % 90)
    assert list(lines.values_list("quantity", "unit_price", "price_source")) == [
        (1, price, "override"), (1, 0, "free"),
    ]  # fmt: skip
    assert_proven("D11", "D24")


def test_what_replaces_a_free_one_moves_with_its_order(gifted):
    _paid, free = lines_of_shipment(gifted)
    rma = ask(gifted, (free, 1), reason="defective")
    approve_return(gifted.by(gifted.owner), return_id=rma.pk)
    made = replace_return(gifted.by(gifted.service), return_id=rma.pk)
    order = SalesOrder.objects.get(pk=made.order_id)
    later = order.requested_on + timedelta(days=7)
    amend_order(
        gifted.by(gifted.service),
        order_id=order.pk,
        version=order.version,
        amendment=Amendment(requested_on=later),
    )
    line = order.lines.get()
    assert (line.requested_on, line.quantity, line.unit_price, line.price_source) == (later, 1, 0, "free")
    assert Demand.objects.get(line_demand__line=line).requested_on == later
    assert_proven("D11", "D24")


def test_the_credit_is_the_price_paid_and_the_books_agree(gifted):
    paid, _free = lines_of_shipment(gifted)
    price = D(10 + paid.item_id % 90)
    rma = ask(gifted, (paid, 10))
    approve_return(gifted.by(gifted.owner), return_id=rma.pk)
    counted = [CountedLine(line.pk, line.quantity, gifted.bin_id) for line in rma.lines.order_by("line")]
    receive_return(gifted.by(gifted.dock), return_id=rma.pk, lines=counted)
    disposals = [Disposal(receipt.pk, "restock", receipt.quantity) for receipt in rma.receipts.order_by("pk")]
    dispose_return(gifted.by(gifted.dock), return_id=rma.pk, lines=disposals)
    credit = credited(gifted, rma)
    fee = (price * 10 * D("0.15")).quantize(D("0.01"))
    assert credit.net == price * 10 - fee
    rma.refresh_from_db()
    assert rma.state == "closed"
    assert_proven()


def credited(shop: Returns, rma: CustomerReturn):
    finance = factories.actor("finance", username="fay")
    (memo_id,) = credit_return(shop.by(finance), return_id=rma.pk).credit_memo_ids
    return Invoice.objects.get(pk=memo_id)


def test_only_a_return_of_an_order_with_free_goods_takes_a_statement_more(gifted):
    with count_statements() as with_gifts:
        ask(gifted, (lines_of_shipment(gifted)[0], 1))
    plain = gifted.trade.ship([LineRequest(gifted.trade.world.items[2], D(5))])
    gifted.shipment_id = plain
    with count_statements() as without:
        ask(gifted, (gifted.line, 1))
    assert with_gifts.statements == without.statements + 1
