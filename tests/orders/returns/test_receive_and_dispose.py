"""Goods come in at the value they left with, and each disposition moves status, value and books at once."""

from datetime import date
from decimal import Decimal

import pytest

from billing.ledger.models import JournalLine
from billing.models import AccountRule, Journal
from erp.kernel.errors import NotPermitted
from erp.kernel.proofs import prove, results_of
from inventory.models import (
    Demand,
    Lot,
    PromiseEvent,
    ShipmentLine,
    SiteStock,
    StockBalance,
    StockEntry,
    StockPosting,
)
from masterdata.models import Item
from masterdata.policies.snapshot import Snapshot, assume
from orders.entry.rules import LineRequest
from orders.models import CustomerReturn, ReturnDisposition, ReturnLine, ReturnReceipt, SalesOrder
from orders.returns.actions.approve_return import approve_return
from orders.returns.actions.dispose_return import Disposal, dispose_return
from orders.returns.actions.end_return import cancel_return, close_return
from orders.returns.actions.receive_return import CountedLine, receive_return
from orders.returns.actions.request_return import request_return
from orders.returns.actions.settle_excess import settle_excess
from orders.returns.errors import NothingSetAside, OwnReturn, ReturnLineRefused, WrongReturnState
from orders.returns.queries import returnable_lines
from orders.returns.rules import ReturnLineRequest
from tests.inventory.dropship.buying import buy, send, wants
from tests.orders.returns.journey import Returns, returns
from tests.orders.returns.test_request_return import policy, ship_two_lots
from tests.support import count_statements, run_concurrently
from tests.trade import trade


def cost(shop: Returns) -> Decimal:
    return Item.objects.get(pk=shop.line.item_id).standard_cost


def site_stock(shop: Returns) -> SiteStock:
    return SiteStock.objects.get(item=shop.line.item_id, site=shop.line.shipment.site_id)


def journal_of(posting: StockPosting) -> dict[str, Decimal]:
    journal = Journal.objects.get(source="inventory.stockposting", source_id=posting.pk)
    lines = JournalLine.objects.filter(journal_id=journal.pk)
    purposes = dict(AccountRule.objects.values_list("account_id", "purpose"))
    return {purposes[line.account_id]: line.amount for line in lines}


def assert_proven() -> None:
    red = [result for result in results_of(prove()) if not result.green]
    assert not red, red


def test_received_goods_lie_in_inspection_at_the_value_they_left_with(shop: Returns) -> None:
    before, each = site_stock(shop), cost(shop)
    rma = shop.received(2)
    after = site_stock(shop)
    assert (after.on_hand, after.available) == (before.on_hand + 2, before.available)
    assert after.value == before.value + 2 * each
    posting = StockPosting.objects.get(kind="return")
    assert (posting.source, posting.source_id) == ("orders.customerreturn", rma.pk)
    entry = StockEntry.objects.get(posting_id=posting.pk)
    assert (entry.quantity, entry.value, entry.status, entry.bin_id) == (2, 2 * each, "quality", shop.bin_id)
    assert journal_of(posting) == {"inventory": 2 * each, "cogs": -2 * each}
    receipt = ReturnReceipt.objects.get()
    assert (receipt.quantity, receipt.value, receipt.received_by) == (2, 2 * each, "marc")
    rma.refresh_from_db()
    assert rma.state == "received" and rma.received_at is not None
    assert Demand.objects.get(shipment_lines=shop.line).shipped == 5  # a return never lowers shipped
    assert_proven()


def test_parts_of_a_value_add_up_to_all_of_it(shop: Returns) -> None:
    left = -StockEntry.objects.get(line_id=shop.line.pk).value
    rma = shop.approved(5)
    for _ in range(5):
        shop.receive(rma, 1)
    values = list(ReturnReceipt.objects.values_list("value", flat=True))
    assert (len(values), sum(values)) == (5, left)


def test_each_disposition_sets_status_value_and_books(shop: Returns) -> None:
    before, each = site_stock(shop), cost(shop)
    rma = shop.received(5)
    shop.dispose(rma, ("restock", 1), ("quarantine", 1), ("repair", 1), ("vendor", 1), ("scrap", 1))
    lying = dict(
        StockBalance.objects.filter(item=shop.line.item_id, bin=shop.bin_id)
        .exclude(status="available")
        .values_list("status", "quantity")
    )
    assert lying == {"quality": 0, "quarantine": 1, "repair": 1, "vendor": 1}
    after = site_stock(shop)
    assert (after.on_hand, after.available) == (before.on_hand + 4, before.available + 1)
    assert (after.valued_quantity, after.value) == (before.valued_quantity + 4, before.value + 4 * each)
    scrap = StockPosting.objects.get(kind="scrap")
    assert journal_of(scrap) == {"inventory": -each, "adjustment": each}
    assert not Journal.objects.filter(
        source="inventory.stockposting", source_id=StockPosting.objects.get(kind="move").pk
    ).exists()
    line = ReturnLine.objects.get()
    assert (line.received, line.disposed, line.creditable, line.credited) == (5, 5, 5, 0)
    rma.refresh_from_db()
    assert rma.state == "inspected" and rma.inspected_at is not None
    assert_proven()


def test_restocked_goods_go_to_those_who_wait(shop: Returns) -> None:
    stock = site_stock(shop)
    everything = int(stock.available - stock.reserved)
    waiting = shop.trade.submit([LineRequest(shop.line.item_id, Decimal(everything + 1))])
    demand = Demand.objects.get(group__order=waiting.order_id)
    assert demand.reserved == everything
    rma = shop.received(2)
    demand.refresh_from_db()
    assert demand.reserved == everything  # not before it is inspected
    assert shop.dispose(rma, ("restock", 2)).backorders_served == 1
    demand.refresh_from_db()
    assert (demand.reserved, site_stock(shop).reserved) == (everything + 1, everything + 1)
    moved = PromiseEvent.objects.filter(demand_id=demand.pk).order_by("pk")
    assert list(moved.values_list("cause", "old_on", "new_on")) == [
        ("first", None, None),
        ("receipt", None, demand.promised_on),
    ]
    assert demand.promised_on is not None
    assert_proven()


def test_more_than_was_received_is_not_disposed(shop: Returns) -> None:
    rma = shop.received(2)
    with pytest.raises(ReturnLineRefused, match="more than what is left to inspect"):
        shop.dispose(rma, ("restock", 2), ("scrap", 1))
    with pytest.raises(ReturnLineRefused, match="why the customer is not credited"):
        shop.dispose(rma, ("scrap", 1), credit=False)
    with pytest.raises(ReturnLineRefused, match="dispositions"):
        shop.dispose(rma, ("burn", 1))
    assert not ReturnDisposition.objects.exists()
    assert StockPosting.objects.filter(source="orders.customerreturn").count() == 1
    shop.dispose(rma, ("restock", 1))
    shop.dispose(rma, ("scrap", 1), credit=False, note="Used")
    with pytest.raises(WrongReturnState):
        shop.dispose(rma, ("restock", 1))


def test_more_than_authorised_is_refused(shop: Returns) -> None:
    rma = shop.approved(2)
    with pytest.raises(ReturnLineRefused, match="more than what is authorised"):
        shop.receive(rma, 3)
    assert not ReturnReceipt.objects.exists()
    assert not StockPosting.objects.filter(kind="return").exists()
    shop.receive(rma, 1)
    with pytest.raises(NotPermitted):
        receive_return(
            shop.by(shop.service),
            return_id=rma.pk,
            lines=[CountedLine(rma.lines.get().pk, Decimal(1), shop.bin_id)],
        )


def test_by_policy_the_excess_is_set_aside_until_service_decides(shop: Returns) -> None:
    policy("orders.return_excess", "park")
    rma = shop.approved(2)
    assert shop.receive(rma, 4).set_aside == [rma.lines.get().pk]
    line = rma.lines.get()
    assert (line.received, line.excess, shop.line.returned) == (2, 2, 2)
    settle_excess(shop.by(shop.service), return_id=rma.pk, authorise=True, reason="Customer agreed")
    line.refresh_from_db()
    assert (line.quantity, line.excess, line.net, shop.line.returned) == (4, 0, Decimal("49.20"), 4)
    assert CustomerReturn.objects.get().net == Decimal("49.20")
    shop.receive(rma, 4)
    line.refresh_from_db()
    assert (line.received, line.excess) == (4, 2)
    with pytest.raises(ReturnLineRefused, match="only 1 more were shipped"):
        settle_excess(shop.by(shop.service), return_id=rma.pk, authorise=True, reason="All of it")
    settle_excess(shop.by(shop.service), return_id=rma.pk, authorise=False, reason="Never ours")
    with pytest.raises(NothingSetAside):
        settle_excess(shop.by(shop.service), return_id=rma.pk, authorise=False, reason="Again")
    assert_proven()


def test_excess_beyond_the_limit_is_for_the_process_owner(shop: Returns) -> None:
    assume(Snapshot(1, {
        ("orders.return_excess", "*"): [(date(2000, 1, 1), None, "park")],
        ("orders.return_approval_limit", "*"): [(date(2000, 1, 1), None, "40")],
    }))  # fmt: skip
    rma = shop.approved(2)
    shop.receive(rma, 4)
    with pytest.raises(NotPermitted):
        settle_excess(shop.by(shop.colleague), return_id=rma.pk, authorise=True, reason="Customer agreed")
    CustomerReturn.objects.filter(pk=rma.pk).update(requested_by=shop.owner.name)
    with pytest.raises(OwnReturn, match="is above the limit of 40"):
        settle_excess(shop.by(shop.owner), return_id=rma.pk, authorise=True, reason="Customer agreed")
    line = rma.lines.get()
    assert (line.quantity, line.excess, shop.line.returned) == (2, 2, 2)
    CustomerReturn.objects.filter(pk=rma.pk).update(requested_by="nora")
    settle_excess(shop.by(shop.owner), return_id=rma.pk, authorise=True, reason="Customer agreed")
    line.refresh_from_db()
    assert (line.quantity, line.excess, shop.line.returned) == (4, 0, 4)


def test_excess_is_authorised_only_of_the_lot_that_left(shop: Returns) -> None:
    policy("orders.return_excess", "park")
    first, _ = ship_two_lots(shop)
    wanted = [ReturnLineRequest(shop.line.pk, Decimal(1), "defective", first.pk)]
    made = request_return(shop.by(shop.service), order_id=shop.order.pk, lines=wanted)
    approve_return(shop.by(shop.service), return_id=made.return_id)
    rma = CustomerReturn.objects.get(pk=made.return_id)
    shop.receive(rma, 3)  # two of the lot had left, and one of another
    with pytest.raises(ReturnLineRefused, match="only 1 more were shipped"):
        settle_excess(shop.by(shop.service), return_id=rma.pk, authorise=True, reason="Customer agreed")
    assert (rma.lines.get().quantity, shop.line.returned) == (1, 1)


def test_goods_are_counted_as_finely_as_their_unit(shop: Returns) -> None:
    rma = shop.approved(2)
    counted = [CountedLine(rma.lines.get().pk, Decimal("1.5"), shop.bin_id)]
    with pytest.raises(ReturnLineRefused, match="in EA with 0 decimals"):
        receive_return(shop.by(shop.dock), return_id=rma.pk, lines=counted)
    assert not ReturnReceipt.objects.exists()
    shop.receive(rma, 2)
    halves = [Disposal(ReturnReceipt.objects.get().pk, "scrap", Decimal("0.5"))] * 2
    with pytest.raises(ReturnLineRefused, match="in EA with 0 decimals"):
        dispose_return(shop.by(shop.dock), return_id=rma.pk, lines=halves)
    assert not ReturnDisposition.objects.exists()


def test_a_short_return_is_closed_and_its_rest_is_free_again(shop: Returns) -> None:
    rma = shop.approved(3)
    shop.receive(rma, 1)
    with pytest.raises(WrongReturnState):
        cancel_return(shop.by(shop.service), return_id=rma.pk, reason="Enough")
    with pytest.raises(WrongReturnState):
        close_return(shop.by(shop.service), return_id=rma.pk, reason="Enough")
    shop.dispose(rma, ("scrap", 1), credit=False, note="Broken by the customer")
    close_return(shop.by(shop.service), return_id=rma.pk, reason="The rest is kept")
    rma.refresh_from_db()
    assert (rma.state, rma.closing_reason, shop.line.returned) == ("closed", "The rest is kept", 1)
    assert_proven()


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_inspectors_dispose_a_unit_once() -> None:
    shop = returns(trade(items=2))
    rma = shop.received(1)
    results = run_concurrently(lambda kind: shop.dispose(rma, (kind, 1)), ["restock", "scrap"])
    assert sum(isinstance(result, WrongReturnState | ReturnLineRefused) for result in results) == 1
    assert ReturnDisposition.objects.count() == 1
    assert_proven()


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("excess", ["refuse", "park"])
def test_two_docks_receive_what_is_authorised_once(excess: str) -> None:
    shop = returns(trade(items=2))
    policy("orders.return_excess", excess)
    rma = shop.approved(2)
    results = run_concurrently(lambda quantity: shop.receive(rma, quantity), [2, 2])
    refused = [result for result in results if isinstance(result, Exception)]
    line = rma.lines.get()
    assert line.received == 2
    if excess == "refuse":
        assert [type(result) for result in refused] == [ReturnLineRefused]
        assert line.excess == 0
    else:
        assert not refused
        assert sorted(len(result.set_aside) for result in results) == [0, 1]
        assert line.excess == 2
    assert ReturnReceipt.objects.count() == 1
    assert_proven()


def test_statements_do_not_grow_with_lines(shop: Returns) -> None:
    counts = []
    for lines in (1, 3):
        shipment_id = shop.trade.ship(lines)
        shipped = ShipmentLine.objects.filter(shipment=shipment_id)
        wanted = [ReturnLineRequest(line.pk, Decimal(1), "defective") for line in shipped]
        order_id = shipped[0].shipment.group.order.pk
        return_id = request_return(shop.by(shop.service), order_id=order_id, lines=wanted).return_id
        approve_return(shop.by(shop.service), return_id=return_id)
        ids = ReturnLine.objects.filter(rma=return_id).values_list("pk", flat=True)
        counted_lines = [CountedLine(pk, Decimal(1), shop.bin_id) for pk in ids]
        with count_statements() as receiving:
            receive_return(shop.by(shop.dock), return_id=return_id, lines=counted_lines)
        receipts = ReturnReceipt.objects.filter(rma=return_id).values_list("pk", flat=True)
        disposals = [Disposal(pk, "restock", Decimal(1)) for pk in receipts]
        with count_statements() as disposing:
            dispose_return(shop.by(shop.dock), return_id=return_id, lines=disposals)
        counts.append((receiving.statements, disposing.statements))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 30


def test_what_has_expired_meanwhile_is_not_sold_again(shop: Returns) -> None:
    first, _ = ship_two_lots(shop)
    wanted = [ReturnLineRequest(shop.line.pk, Decimal(1), "short_dated", first.pk)]
    made = request_return(shop.by(shop.service), order_id=shop.order.pk, lines=wanted)
    approve_return(shop.by(shop.service), return_id=made.return_id)
    rma = CustomerReturn.objects.get(pk=made.return_id)
    shop.receive(rma, 1)
    Lot.objects.filter(pk=first.pk).update(expires_on=date(2026, 1, 1))
    with pytest.raises(ReturnLineRefused, match="its lot has expired"):
        shop.dispose(rma, ("restock", 1))
    assert not ReturnDisposition.objects.exists()
    shop.dispose(rma, ("scrap", 1))


def test_what_the_supplier_sent_comes_back_to_us(shop: Returns) -> None:
    made, demand = wants(shop.trade, 4, "drop", item=1)
    shop.shipment_id = send(shop.trade, buy(shop.trade, demand), 4).shipment_id
    (row,) = returnable_lines(SalesOrder.objects.get(pk=made.order_id))
    assert (row.line, row.lot, row.shipped, row.left) == (shop.line, None, 4, 4)
    before = SiteStock.objects.get(item=demand.item_id, site=demand.site_id)
    rma = shop.received(3, "defective")
    shop.dispose(rma, ("restock", 3))
    after = SiteStock.objects.get(item=demand.item_id, site=demand.site_id)
    assert (after.available - before.available, after.value - before.value) == (3, Decimal("7.50"))
    (row,) = returnable_lines(SalesOrder.objects.get(pk=made.order_id))
    assert row.left == 1
