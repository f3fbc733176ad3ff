"""The credit follows the inspection: once, at the price paid less the fee, and never beyond what was billed."""

from decimal import Decimal

import pytest

from billing.invoicing.actions.credit_invoice import CreditLine, credit_invoice
from billing.invoicing.actions.credit_return import credit_return
from billing.invoicing.errors import AlreadyCredited
from billing.invoicing.tasks import credit_waiting_returns
from billing.ledger.models import AccountRule, JournalLine
from billing.models import Billable, Invoice, Journal, OpenItem, ReturnCredit
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted
from erp.kernel.outbox import deliver
from erp.kernel.proofs import prove, results_of
from inventory.models import SiteStock
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from orders.entry.rules import LineRequest
from orders.models import CustomerReturn, ReturnLine, ReturnReceipt, SalesOrder
from orders.returns.actions.approve_return import approve_return
from orders.returns.actions.dispose_return import Disposal, dispose_return
from orders.returns.actions.receive_return import CountedLine, receive_return
from orders.returns.actions.request_return import request_return
from orders.returns.queries import returnable_lines
from orders.returns.rules import ReturnLineRequest
from tests import factories
from tests.orders.returns.journey import Returns, returns
from tests.support import count_statements, in_turn, run_concurrently
from tests.trade import trade

SUBSCRIBER = "billing.invoicing.credit_disposed_return"


@pytest.fixture
def shop(db: None) -> Returns:
    return returns(trade(items=3))


@pytest.fixture
def finance(shop: Returns) -> Actor:
    return factories.actor("finance", username="femke")


def assert_proven() -> None:
    red = [result for result in results_of(prove()) if not result.green]
    assert not red, red


def memo_of(rma: CustomerReturn) -> Invoice:
    return Invoice.objects.get(kind="credit_memo", lines__return_credits__disposition__rma=rma)


def test_the_credit_is_the_price_paid_less_the_fee(shop: Returns, finance: Actor) -> None:
    invoice = shop.invoice()
    rma = shop.received(2)
    shop.dispose(rma, ("restock", 2))
    (memo_id,) = credit_return(By(finance), return_id=rma.pk).credit_memo_ids
    memo = Invoice.objects.get(pk=memo_id)
    # 2 × 12.30 = 24.60, less 15 % = 3.69
    assert (memo.net, memo.credits_id, memo.reason) == (Decimal("20.91"), invoice.pk, f"Return {rma.number}")
    rate = invoice.lines.get().tax_rate_percent
    assert memo.tax == round(Decimal("20.91") * rate / 100, 2)
    line = memo.lines.get()
    assert (line.quantity, line.stock_quantity, line.net, line.fee) == (
        2,
        2,
        Decimal("20.91"),
        Decimal("3.69"),
    )
    credit = ReturnCredit.objects.get()
    assert (credit.quantity, credit.net, credit.fee) == (2, Decimal("20.91"), Decimal("3.69"))
    assert Billable.objects.get().credited == 2
    assert OpenItem.objects.get(invoice=invoice).open == invoice.gross - memo.gross
    assert OpenItem.objects.get(invoice=memo).open == 0
    purposes = dict(AccountRule.objects.values_list("account_id", "purpose"))
    journal = Journal.objects.get(kind="credit_memo")
    books = {
        purposes[row.account_id]: row.amount for row in JournalLine.objects.filter(journal_id=journal.pk)
    }
    expected = {"receivable": -memo.gross, "revenue": memo.net, "tax": memo.tax}
    assert books == {purpose: amount for purpose, amount in expected.items() if amount}
    rma.refresh_from_db()
    assert (rma.state, rma.lines.get().credited) == ("closed", 2)
    assert rma.credited_at is not None and rma.closed_at is not None
    assert credit_return(By(finance), return_id=rma.pk).credit_memo_ids == []
    assert Invoice.objects.filter(kind="credit_memo").count() == 1
    assert_proven()


def test_a_worker_credits_after_the_inspection(shop: Returns) -> None:
    shop.invoice()
    rma = shop.received(2, "defective")
    shop.dispose(rma, ("scrap", 1))
    deliver(SUBSCRIBER)
    shop.dispose(rma, ("scrap", 1), credit=False, note="Opened by the customer")
    deliver(SUBSCRIBER)
    assert memo_of(rma).net == Decimal("12.30")  # no fee for what is our fault, nothing for the second
    assert CustomerReturn.objects.get().state == "closed"


def test_what_is_inspected_before_its_invoice_is_credited_after_it(shop: Returns) -> None:
    rma = shop.received(1, "defective")
    shop.dispose(rma, ("restock", 1))
    deliver(SUBSCRIBER)
    assert not Invoice.objects.exists()
    assert CustomerReturn.objects.get().state == "inspected"
    shop.invoice()
    credit_waiting_returns()
    credit_waiting_returns()
    assert Invoice.objects.filter(kind="credit_memo").count() == 1
    assert CustomerReturn.objects.get().state == "closed"
    assert_proven()


def test_parts_of_a_line_are_credited_to_the_cent(shop: Returns, finance: Actor) -> None:
    invoice = shop.invoice()
    line = invoice.lines.get()
    for _ in range(4):
        credit_invoice(
            By(finance), invoice_id=invoice.pk, reason="Part", lines=[CreditLine(line.pk, Decimal(1))]
        )
    with pytest.raises(BadInput, match="at most 1"):
        credit_invoice(
            By(finance), invoice_id=invoice.pk, reason="Part", lines=[CreditLine(line.pk, Decimal(2))]
        )
    credit_invoice(By(finance), invoice_id=invoice.pk, reason="The rest")
    memos = Invoice.objects.filter(kind="credit_memo")
    assert (memos.count(), sum(memo.net for memo in memos)) == (5, invoice.net)
    with pytest.raises(AlreadyCredited, match="CM-000001, CM-000002"):
        credit_invoice(By(finance), invoice_id=invoice.pk, reason="Again")
    assert Billable.objects.get().credited == 5
    assert_proven()


def test_what_was_credited_by_hand_is_not_credited_again(shop: Returns, finance: Actor) -> None:
    invoice = shop.invoice()
    credit_invoice(By(finance), invoice_id=invoice.pk, reason="Goodwill")
    rma = shop.received(2, "defective")
    shop.dispose(rma, ("restock", 2))
    assert credit_return(By(finance), return_id=rma.pk).credit_memo_ids == []
    credit = ReturnCredit.objects.get()
    assert (credit.memo_line_id, credit.quantity, credit.net) == (None, 0, 0)
    assert Invoice.objects.filter(kind="credit_memo").count() == 1
    assert CustomerReturn.objects.get().state == "closed"
    assert_proven()


def test_only_finance_credits(shop: Returns) -> None:
    shop.invoice()
    rma = shop.received(1)
    shop.dispose(rma, ("restock", 1))
    for actor in (shop.service, shop.dock):
        with pytest.raises(NotPermitted):
            credit_return(By(actor), return_id=rma.pk)
    assert not Invoice.objects.filter(kind="credit_memo").exists()


def test_what_is_credited_in_part_by_hand_is_credited_for_the_rest(shop: Returns, finance: Actor) -> None:
    invoice = shop.invoice()
    by_hand = [CreditLine(invoice.lines.get().pk, Decimal(4))]
    credit_invoice(By(finance), invoice_id=invoice.pk, reason="Goodwill", lines=by_hand)
    rma = shop.received(2, "defective")
    shop.dispose(rma, ("restock", 2))
    (memo_id,) = credit_return(By(finance), return_id=rma.pk).credit_memo_ids
    assert Invoice.objects.get(pk=memo_id).net == Decimal("12.30")
    assert ReturnCredit.objects.get().quantity == 1
    assert (Billable.objects.get().credited, CustomerReturn.objects.get().state) == (5, "closed")
    assert_proven()


def everything_back(shop: Returns, order_id: int) -> int:
    """All that an order has shipped comes back and is scrapped; the return."""
    wanted = [
        ReturnLineRequest(row.line.pk, row.left, "defective")
        for row in returnable_lines(SalesOrder.objects.get(pk=order_id))
    ]
    made = request_return(shop.by(shop.service), order_id=order_id, lines=wanted)
    approve_return(shop.by(shop.owner), return_id=made.return_id)
    lines = ReturnLine.objects.filter(rma=made.return_id)
    counted = [CountedLine(line.pk, line.quantity, shop.bin_id) for line in lines]
    receive_return(shop.by(shop.dock), return_id=made.return_id, lines=counted)
    receipts = ReturnReceipt.objects.filter(rma=made.return_id)
    split = [Disposal(receipt.pk, "scrap", receipt.quantity) for receipt in receipts]
    dispose_return(shop.by(shop.dock), return_id=made.return_id, lines=split)
    return made.return_id


def ship_in_two(shop: Returns) -> tuple[int, list[int]]:
    """An order over two pieces of which there was only one at first; the order and its shipments."""
    item, site_id = shop.line.item_id, shop.line.shipment.site_id
    stock = SiteStock.objects.get(item=item, site=site_id)
    taken = LineRequest(
        item, stock.available - stock.reserved - 1, price=Decimal("0.01"), price_reason="Agreed"
    )
    shop.trade.submit([taken], site_id=site_id)
    order = shop.trade.submit([LineRequest(item, Decimal(2))], site_id=site_id)
    shipments = [shop.trade.release(order.order_id)]
    shop.dispose(shop.received(1), ("restock", 1))  # goes to the order that waits
    shipments.append(shop.trade.release(order.order_id))
    for shipment_id in shipments:
        shop.trade.pick(shipment_id)
    confirm_shipments(shop.trade.by(), shipment_ids=shipments)
    return order.order_id, shipments


@pytest.mark.django_db
def test_statements_depend_on_neither_lines_nor_invoices() -> None:
    shop = returns(trade(items=60))
    finance = factories.actor("finance", username="femke")
    counts = {}

    def credit(order_id: int, shipments: list[int]) -> int:
        shop.trade.invoice(*shipments)
        return_id = everything_back(shop, order_id)
        with count_statements() as counted:
            memos = credit_return(By(finance), return_id=return_id).credit_memo_ids
        assert len(memos) == len(shipments)
        return counted.statements

    for lines in (1, 10, 60):
        shipment_id = shop.trade.ship(lines)
        order_id = SalesOrder.objects.get(group__shipments=shipment_id).pk
        counts[f"{lines} lines"] = credit(order_id, [shipment_id])
    counts["2 invoices"] = credit(*ship_in_two(shop))
    assert set(counts.values()) == {14}, counts
    assert_proven()


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_worker_and_finance_credit_once() -> None:
    shop = returns(trade(items=2))
    finance = factories.actor("finance", username="femke")
    shop.invoice()
    rma = shop.received(2)
    shop.dispose(rma, ("restock", 2))
    workers = [finance, Actor.system("billing"), Actor.system("billing")]
    results = run_concurrently(lambda actor: credit_return(By(actor), return_id=rma.pk), workers)
    assert not [result for result in results if isinstance(result, Exception)]
    assert sorted(len(result.credit_memo_ids) for result in results) == [0, 0, 1]
    assert ReturnCredit.objects.count() == 1
    assert_proven()


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("by_hand_first", [True, False])
def test_by_hand_and_by_return_together_credit_what_was_billed(by_hand_first: bool) -> None:
    shop = returns(trade(items=2))
    finance = factories.actor("finance", username="femke")
    invoice = shop.invoice()
    rma = shop.received(2, "defective")
    shop.dispose(rma, ("restock", 2))

    def by_hand() -> object:
        return credit_invoice(By(finance), invoice_id=invoice.pk, reason="Goodwill")

    def by_return() -> object:
        return credit_return(By(Actor.system("billing")), return_id=rma.pk)

    results = in_turn(by_hand, by_return) if by_hand_first else in_turn(by_return, by_hand)
    assert not [result for result in results if isinstance(result, Exception)]
    memos = Invoice.objects.filter(kind="credit_memo").order_by("pk").values_list("net", flat=True)
    assert list(memos) == ([invoice.net] if by_hand_first else [Decimal("24.60"), Decimal("36.90")])
    assert Billable.objects.get().credited == 5
    assert ReturnCredit.objects.get().quantity == (0 if by_hand_first else 2)
    assert_proven()
