"""A credit memo mirrors its invoice, once, by somebody else."""

from decimal import Decimal

import pytest

from billing.invoicing.actions.credit_invoice import credit_invoice
from billing.invoicing.errors import AlreadyCredited, NotCreditable, OwnInvoice
from billing.ledger.models import JournalLine
from billing.models import Billable, CashApplication, Invoice, Journal, OpenItem
from billing.receivables.rules import Application
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted
from orders.credit.models import CreditAccount
from tests import factories
from tests.billing.receivables.test_cash import receive
from tests.support import count_statements, run_concurrently
from tests.trade import Trade

WHY = "Goods were damaged"


def invoice(trade: Trade, lines: int = 3) -> Invoice:
    (invoice_id,) = trade.invoice(trade.ship(lines)).invoice_ids
    return Invoice.objects.get(pk=invoice_id)


def test_a_credit_memo_mirrors_lines_taxes_books_and_receivable(trade: Trade, colleague: Actor) -> None:
    one = invoice(trade)
    result = credit_invoice(By(colleague), invoice_id=one.pk, reason=WHY)

    memo = Invoice.objects.get(pk=result.credit_memo_id)
    assert (memo.kind, memo.series, memo.sequence, memo.number) == (
        "credit_memo",
        "credit_memo",
        1,
        "CM-000001",
    )
    assert (memo.credits_id, memo.reason, memo.posted_by) == (one.pk, WHY, "colleague")
    assert (memo.net, memo.tax, memo.gross, memo.line_count) == (one.net, one.tax, one.gross, 3)
    assert [line.credits_id for line in memo.lines.all()] == [line.pk for line in one.lines.all()]
    assert list(memo.taxes.values_list("base", "tax")) == list(one.taxes.values_list("base", "tax"))
    assert (OpenItem.objects.get(invoice=one).open, OpenItem.objects.get(invoice=memo).open) == (0, 0)
    assert OpenItem.objects.get(invoice=memo).amount == -one.gross
    settled = CashApplication.objects.get()
    assert (settled.amount, settled.credit.invoice_id, settled.item.invoice_id) == (
        one.gross,
        memo.pk,
        one.pk,
    )
    journals = {
        journal.kind: dict(
            JournalLine.objects.filter(journal_id=journal.pk).values_list("account_id", "amount")
        )
        for journal in Journal.objects.filter(source="billing.invoice")
    }
    assert journals["credit_memo"] == {account: -amount for account, amount in journals["invoice"].items()}
    assert CreditAccount.objects.get(customer_id=trade.world.customers[0]).exposure == 0


def test_a_credited_delivery_is_never_billed_again(trade: Trade, colleague: Actor) -> None:
    one = invoice(trade)
    credit_invoice(By(colleague), invoice_id=one.pk, reason=WHY)
    assert trade.invoice(one.shipment_id).invoice_ids == []
    assert all(billable.billed == billable.quantity for billable in Billable.objects.all())


def test_a_paid_invoice_leaves_the_memo_open_for_the_next_payment(trade: Trade, colleague: Actor) -> None:
    one = invoice(trade)
    item = one.open_item
    receive(trade, colleague, item.amount, Application(item.pk, item.amount))
    result = credit_invoice(By(colleague), invoice_id=one.pk, reason=WHY)
    memo = OpenItem.objects.get(invoice_id=result.credit_memo_id)
    assert (result.settled, memo.open) == (0, -one.gross)
    next_one = invoice(trade, lines=4)
    due = next_one.open_item
    receive(
        trade, colleague, next_one.gross - one.gross,
        Application(due.pk, due.open), Application(memo.pk, memo.open),
    )  # fmt: skip
    assert not OpenItem.objects.exclude(open=0).exists()
    assert CreditAccount.objects.get(customer_id=trade.world.customers[0]).exposure == 0


def test_refusals_change_nothing(trade: Trade, colleague: Actor) -> None:
    one = invoice(trade)
    with pytest.raises(OwnInvoice):
        credit_invoice(trade.by(), invoice_id=one.pk, reason=WHY)
    with pytest.raises(BadInput):
        credit_invoice(By(colleague), invoice_id=one.pk, reason="")
    with pytest.raises(NotPermitted):
        credit_invoice(By(factories.actor("customer_service")), invoice_id=one.pk, reason=WHY)
    assert Invoice.objects.count() == 1
    memo_id = credit_invoice(By(colleague), invoice_id=one.pk, reason=WHY).credit_memo_id
    with pytest.raises(AlreadyCredited):
        credit_invoice(By(colleague), invoice_id=one.pk, reason=WHY)
    with pytest.raises(NotCreditable):
        credit_invoice(By(factories.actor("finance")), invoice_id=memo_id, reason=WHY)
    assert Invoice.objects.count() == 2


def test_statements_do_not_grow_with_lines(trade: Trade, colleague: Actor) -> None:
    counts = []
    for lines in (1, 10):
        one = invoice(trade, lines)
        with count_statements() as counted:
            credit_invoice(By(colleague), invoice_id=one.pk, reason=WHY)
        counts.append(counted.statements)
    assert counts[0] == counts[1] <= 20


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_colleagues_credit_once(trade: Trade, colleague: Actor) -> None:
    one = invoice(trade)
    results = run_concurrently(
        lambda _: credit_invoice(By(colleague), invoice_id=one.pk, reason=WHY), range(3)
    )
    assert sum(isinstance(result, AlreadyCredited) for result in results) == 2
    memo = Invoice.objects.get(kind="credit_memo")
    assert (memo.sequence, memo.gross) == (1, one.gross)
    assert CreditAccount.objects.get(customer_id=trade.world.customers[0]).exposure == Decimal(0)
