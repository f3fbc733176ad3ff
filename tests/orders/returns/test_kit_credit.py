"""Kits are counted and inspected by component, and credited once at the price of the kit (ADR 10, ADR 18)."""

from decimal import Decimal

import pytest

from billing.invoicing.tasks import credit_waiting_returns
from billing.models import Billable, ReturnCredit
from inventory.models import ShipmentLine
from orders.models import OrderLine, ReturnLine, ReturnReceipt, SalesOrder
from orders.returns.actions.dispose_return import Disposal, dispose_return
from orders.returns.actions.end_return import close_return
from orders.returns.actions.receive_return import CountedLine, receive_return
from orders.returns.actions.replace_return import replace_return
from orders.returns.actions.settle_excess import settle_excess
from orders.returns.errors import ReturnLineRefused
from tests.orders.books import assert_proven
from tests.orders.kits import deliver, kit_of, of, part, receive
from tests.orders.returns.kits import approved, bin_of, count_in, credit, on_hand, restock, sold
from tests.trade import Trade, trade

D = Decimal


@pytest.fixture
def shop(db: None) -> Trade:
    return trade(items=3)


def test_whole_kits_are_restocked_by_component_and_credited_at_their_price(shop: Trade) -> None:
    order, bolt, nut = sold(shop)
    shipment = order.group.shipments.get()
    shop.invoice(shipment.pk)
    before = on_hand(shop, bolt), on_hand(shop, nut)
    rma = approved(shop, order)
    count_in(shop, rma, {"BOLT": 8, "NUT": 4})
    restock(shop, rma)
    assert (on_hand(shop, bolt), on_hand(shop, nut)) == (before[0] + 8, before[1] + 4)
    (memo,) = credit(rma)
    (line,) = memo.lines.all()
    assert (line.item.code, line.quantity, line.net, memo.reason) == ("KIT-R", 2, 100, f"Return {rma.number}")
    rma.refresh_from_db()
    assert (rma.state, Billable.objects.get().credited) == ("closed", 2)
    assert credit(rma) == []
    assert_proven()


def test_parts_of_a_kit_add_up_to_its_price(shop: Trade) -> None:
    codes = ["PART-A", "PART-B", "PART-C", "PART-D"]
    kit = kit_of({part(shop, 10, code=code): 1 for code in codes})
    line = of(kit, 3, price=D("10.01"), price_reason="Agreed")
    order = SalesOrder.objects.get(pk=shop.submit([line]).order_id)
    shop.invoice(deliver(shop, order.pk).pk)
    rma = approved(shop, order, 1)
    count_in(shop, rma, dict.fromkeys(codes, 1))
    nets = []
    for code in codes:  # inspected one by one, each a quarter of 10.01
        restock(shop, rma, code)
        nets += [memo.net for memo in credit(rma)]
    assert nets == [D("2.50"), D("2.51"), D("2.50"), D("2.50")]
    assert_proven()


def test_the_restocking_fee_is_taken_of_the_price_of_the_kit(shop: Trade) -> None:
    order, _bolt, _nut = sold(shop)
    shop.invoice(order.group.shipments.get().pk)
    rma = approved(shop, order, 1, reason="not_needed")
    count_in(shop, rma, {"BOLT": 4, "NUT": 2})
    restock(shop, rma)
    (memo,) = credit(rma)
    (line,) = memo.lines.all()
    assert (line.quantity, line.net + line.fee, line.fee) == (1, 50, D("7.50"))
    assert_proven()


def test_what_is_missing_is_not_credited_and_the_memo_says_so(shop: Trade) -> None:
    order, _bolt, nut = sold(shop)
    shop.invoice(order.group.shipments.get().pk)
    rma = approved(shop, order)
    count_in(shop, rma, {"BOLT": 8, "NUT": 3})
    restock(shop, rma, "BOLT")
    restock(shop, rma, "NUT", kind="scrap")
    (memo,) = credit(rma)
    (line,) = memo.lines.all()
    # all of the bolts' share and three quarters of the nuts': 1.142857 + 0.642857
    assert (line.quantity, line.net) == (D("1.785714"), D("89.29"))
    assert memo.reason == (
        f"Return {rma.number}; 1.785714 of 2 KIT-R by the cost of its components, without 1 EA NUT"
    )
    rma.refresh_from_db()
    assert rma.state == "approved"
    close_return(shop.by(), return_id=rma.pk, reason="One nut is lost")
    rma.refresh_from_db()
    assert (rma.state, ReturnLine.objects.get(rma=rma, item=nut).cancelled) == ("closed", 1)
    assert ShipmentLine.objects.get(item=nut).returned == 3
    assert_proven()


def test_a_component_that_is_refused_is_not_credited(shop: Trade) -> None:
    order, _bolt, _nut = sold(shop)
    shop.invoice(order.group.shipments.get().pk)
    rma = approved(shop, order, 1)
    count_in(shop, rma, {"BOLT": 4, "NUT": 2})
    restock(shop, rma, "BOLT")
    receipt = ReturnReceipt.objects.get(rma=rma, line__item__code="NUT")
    refused = Disposal(receipt.pk, "scrap", D(2), credit=False, note="Bent by the customer")
    dispose_return(shop.by(), return_id=rma.pk, lines=[refused])
    (memo,) = credit(rma)
    assert memo.lines.get().quantity == D("0.571429")
    assert memo.reason.endswith("0.571429 of 1 KIT-R by the cost of its components, without 2 EA NUT")
    rma.refresh_from_db()
    assert rma.state == "closed"
    assert_proven()


def test_kits_of_several_deliveries_are_credited_when_all_are_charged(shop: Trade) -> None:
    bolt, nut = part(shop, 100, cost=2, code="BOLT"), part(shop, 4, cost=2, code="NUT")
    kit = kit_of({bolt: 1, nut: 1}, code="KIT-R")
    order = SalesOrder.objects.get(pk=shop.submit([of(kit, 6)]).order_id)
    first = deliver(shop, order.pk)
    receive(shop, nut, 2)
    second = deliver(shop, order.pk)
    shop.invoice(first.pk)
    rma = approved(shop, order, 5)
    counted = [CountedLine(line.pk, line.quantity, bin_of(shop)) for line in rma.lines.all()]
    receive_return(shop.by(), return_id=rma.pk, lines=counted)
    for receipt in ReturnReceipt.objects.filter(rma=rma):
        dispose_return(shop.by(), return_id=rma.pk, lines=[Disposal(receipt.pk, "restock", receipt.quantity)])
    assert credit(rma) == []
    credit_waiting_returns()
    assert not ReturnCredit.objects.exists()
    shop.invoice(second.pk)
    memos = credit(rma)
    assert sorted(memo.lines.get().quantity for memo in memos) == [1, 4]
    assert sum(memo.net for memo in memos) == 250
    assert dict(Billable.objects.values_list("shipment", "credited")) == {first.pk: 4, second.pk: 1}
    rma.refresh_from_db()
    assert rma.state == "closed"
    assert_proven()


def test_what_is_too_much_of_a_component_goes_back(shop: Trade) -> None:
    order, _bolt, _nut = sold(shop)
    rma = approved(shop, order, 1)
    ReturnLine.objects.filter(rma=rma, item__code="NUT").update(excess=1)
    with pytest.raises(ReturnLineRefused, match="NUT is part of KIT-R, which returns whole"):
        settle_excess(shop.by(), return_id=rma.pk, authorise=True, reason="Fine")
    settle_excess(shop.by(), return_id=rma.pk, authorise=False, reason="Sent back")
    assert set(ReturnLine.objects.filter(rma=rma).values_list("excess", flat=True)) == {0}


def test_the_replacement_is_a_kit_again(shop: Trade) -> None:
    order, _bolt, _nut = sold(shop)
    rma = approved(shop, order, 2)
    made = replace_return(shop.by(), return_id=rma.pk)
    (line,) = OrderLine.objects.filter(order=made.order_id)
    assert (line.item.code, line.quantity, line.unit_price) == ("KIT-R", 2, 50)
