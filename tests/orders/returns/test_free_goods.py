"""What came free goes back with what it came with: the customer keeps what the goods it keeps have earned."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing.invoicing.actions.credit_return import credit_return
from billing.models import Invoice
from erp.kernel.models import Decision
from inventory.models import Demand, ShipmentLine, SiteStock
from masterdata.models import Item
from masterdata.policies.snapshot import Snapshot, assume
from orders.entry.actions.amend_order import amend_order
from orders.entry.amending import Amendment, LineChange
from orders.entry.rules import LineRequest
from orders.models import CustomerReturn, OrderLine, ReturnLine, SalesOrder
from orders.returns.actions.approve_return import approve_return
from orders.returns.actions.dispose_return import Disposal, dispose_return
from orders.returns.actions.receive_return import CountedLine, receive_return
from orders.returns.actions.replace_return import replace_return
from orders.returns.actions.request_return import request_return
from orders.returns.actions.settle_excess import settle_excess
from orders.returns.kits import ReturnKitRequest
from orders.returns.rules import ReturnLineRequest
from tests import factories
from tests.orders.books import assert_proven
from tests.orders.kits import kit_of, of, part
from tests.orders.pricing.promotions import free_goods
from tests.orders.returns.journey import Returns
from tests.orders.rulebook.books import approved, rule, service
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


def test_what_is_still_to_be_delivered_earns_too(shop):
    item, other = Item.objects.filter(pk__in=shop.trade.world.items[1:3])
    free_goods(shop.trade, item, free_item=other)
    stock = SiteStock.objects.filter(item=item, site=shop.trade.world.sites[0])
    stock.update(reserved=999_985)
    shop.shipment_id = shop.trade.ship([LineRequest(item.pk, D(30))])  # fifteen now, and three free
    stock.update(reserved=15)
    paid, _free = lines_of_shipment(shop)
    assert asked(ask(shop, (paid, 5)))[1:] == [(1, 0, True)]  # 25 earn two
    assert len(asked(ask(shop, (paid, 5)))) == 1  # 20 do as well
    assert asked(ask(shop, (paid, 1)))[1:] == [(1, 0, True)]


def test_a_kit_takes_back_what_came_with_it(shop):
    bolt, nut = part(shop.trade, 100), part(shop.trade, 100)
    kit = kit_of({bolt: 4, nut: 2})
    free_goods(shop.trade, kit, bought=2, free_item=nut)
    shop.shipment_id = shop.trade.ship([of(kit, 5)])  # two nuts are free
    line = shop.order.lines.get(line=1)

    def back(kits: int, reason: str = "not_needed") -> list[tuple[Decimal, Decimal, bool]]:
        wanted = [ReturnKitRequest(line.pk, D(kits), reason)]
        made = request_return(shop.by(shop.service), order_id=shop.order.pk, kits=wanted)
        return [row for row in asked(CustomerReturn.objects.get(pk=made.return_id)) if row[2]]

    assert back(1, "defective") == []
    assert back(1) == []  # three are kept and one was not for the customer to answer: four earn two
    assert back(1) == [(1, 0, True)]
    assert_proven("R1")


def test_more_than_authorised_takes_back_what_the_rest_does_not_earn(gifted):
    paid, _free = lines_of_shipment(gifted)
    assume(Snapshot(1, {("orders.return_excess", "*"): [(date(2000, 1, 1), None, "park")]}))
    rma = ask(gifted, (paid, 1))  # 19 earn one
    approve_return(gifted.by(gifted.owner), return_id=rma.pk)
    first = rma.lines.get(line=1)
    receive_return(
        gifted.by(gifted.dock), return_id=rma.pk, lines=[CountedLine(first.pk, D(11), gifted.bin_id)]
    )
    settle_excess(gifted.by(gifted.owner), return_id=rma.pk, authorise=True, reason="Fine")
    assert asked(rma) == [(11, 11 * D(10 + paid.item_id % 90), False), (1, 0, True), (1, 0, True)]
    assert [line.returned for line in lines_of_shipment(gifted)] == [11, 2]
    why = Decision.objects.get(verb="orders.settle_excess").outcome
    assert [D(quantity) for _line, quantity in why["free"]] == [1]
    rma.refresh_from_db()
    assert rma.state == "received"
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


def test_a_replacement_stays_without_fees_when_it_is_changed(gifted):
    paid, _free = lines_of_shipment(gifted)
    rma = ask(gifted, (paid, 2), reason="defective")
    approve_return(gifted.by(gifted.owner), return_id=rma.pk)
    service()
    approved(gifted.trade, rule(10, "fee", item="HANDLING", amount="5"))
    made = replace_return(gifted.by(gifted.service), return_id=rma.pk)
    change = Amendment([LineChange(1, D(3))])
    amend_order(gifted.trade.by(), order_id=made.order_id, version=1, amendment=change)
    assert list(OrderLine.objects.filter(order=made.order_id).values_list("quantity", flat=True)) == [3]


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
