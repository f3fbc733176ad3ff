"""Money that is short: a deduction opens a dispute, later money and memos settle it, taking back withdraws it."""

from decimal import Decimal

import pytest

from billing.banking.actions.confirm_entry import confirm_entry
from billing.invoicing.actions.credit_invoice import CreditLine, credit_invoice
from billing.ledger.models import Purpose
from billing.models import BankAccount, CashApplication, CashReceipt, Dispute
from billing.receivables.actions.apply_cash import apply_cash
from billing.receivables.actions.reverse_application import reverse_application
from billing.receivables.errors import OverDisputed
from billing.receivables.rules import Application
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import BadInput
from tests.billing.banking.bank import bank_account, take
from tests.billing.disputes.disputing import PROOFS, disputed, figures, outcomes
from tests.billing.receivables.test_cash import balance, open_item, receive
from tests.billing.test_proofs import red
from tests.support import count_statements
from tests.trade import Trade

ZERO = Decimal(0)


@pytest.fixture
def bank(trade: Trade) -> BankAccount:
    return bank_account(trade.world.company_id)


def short(item_id: int, amount: Decimal, deducted: Decimal | int, kind: str = "damage") -> Application:
    return Application(item_id, amount, deducted=Decimal(deducted), deduction=kind)


def test_what_a_bank_entry_is_short_of_is_disputed_and_stays_owed(
    trade: Trade, bank: BankAccount, colleague: Actor
) -> None:
    item = open_item(trade)
    paid = item.amount - 20
    (entry,) = take(bank, [(str(paid), "less damage")])
    confirm_entry(
        By(colleague),
        entry_id=entry.pk,
        customer_id=item.customer_id,
        applications=[short(item.pk, paid, 20)],
    )
    dispute = Dispute.objects.get()
    assert (dispute.amount, dispute.kind, dispute.receipt, dispute.item) == (
        20, "damage", CashReceipt.objects.get(), item,
    )  # fmt: skip
    assert figures(item) == (20, 20)
    assert (balance(Purpose.RECEIVABLE), balance(Purpose.DIFFERENCE)) == (20, 0)
    assert CashApplication.objects.count() == 1  # a deduction settles nothing
    assert red(*PROOFS, "BK2", "BK3") == set()


def test_a_difference_and_a_deduction_stand_beside_each_other(trade: Trade, colleague: Actor) -> None:
    item = open_item(trade)
    told = Application(item.pk, item.amount - 25, Decimal(5), "short", Decimal(20), "price")
    receive(trade, colleague, item.amount - 25, told)
    assert (figures(item), balance(Purpose.DIFFERENCE)) == ((20, 20), 5)
    assert red(*PROOFS) == set()


def test_deductions_that_do_not_fit_are_refused_and_change_nothing(trade: Trade, colleague: Actor) -> None:
    item = open_item(trade)
    disputed(item, colleague, 30)
    rest = item.amount - 50
    for refusal, told in (
        (OverDisputed, short(item.pk, rest, "20.01")),
        (BadInput, short(item.pk, rest, -1)),
        (BadInput, short(item.pk, rest, "0.001")),
        (BadInput, short(item.pk, rest, 1, "mood")),
        (BadInput, short(item.pk, rest, 1, "")),
        (BadInput, short(item.pk, rest, 0)),
        (BadInput, short(item.pk, ZERO, 1)),
    ):
        with pytest.raises(refusal):
            receive(trade, colleague, rest, told)
    assert (CashReceipt.objects.count(), figures(item)) == (0, (item.amount, 30))
    receive(trade, colleague, rest, short(item.pk, rest, 20))
    assert figures(item) == (50, 50)


def test_what_is_paid_is_disputed_no_more_the_oldest_first(trade: Trade, colleague: Actor) -> None:
    item = open_item(trade)
    first, second = disputed(item, colleague, 30), disputed(item, colleague, 10)
    receipt_id = receive(trade, colleague, item.amount, Application(item.pk, item.amount - 40)).receipt_id
    assert (figures(item), outcomes(first)) == ((40, 40), [])
    apply_cash(By(colleague), receipt_id=receipt_id, applications=[Application(item.pk, Decimal(12))])
    assert (figures(item), outcomes(first), outcomes(second)) == ((28, 28), [("paid", "done", 12)], [])
    apply_cash(By(colleague), receipt_id=receipt_id, applications=[Application(item.pk, Decimal(28))])
    assert figures(item) == (0, 0)
    assert outcomes(first) == [("paid", "done", 12), ("paid", "done", 18)]
    assert outcomes(second) == [("paid", "done", 10)]
    assert Dispute.objects.filter(closed_at=None).count() == 0
    assert red(*PROOFS) == set()


def test_a_credit_memo_settles_disputes_that_it_leaves_no_room_for(trade: Trade, colleague: Actor) -> None:
    item = open_item(trade, 10)
    each, line = item.amount / 10, item.invoice.lines.get()
    dispute = disputed(item, colleague, each * 5)
    credit = [CreditLine(line.pk, Decimal(4))]
    credit_invoice(By(colleague), invoice_id=item.invoice_id, reason="Damaged", lines=credit)
    assert (figures(item), outcomes(dispute)) == ((each * 6, each * 5), [])
    credit_invoice(By(colleague), invoice_id=item.invoice_id, reason="Damaged", lines=credit)
    assert (figures(item), outcomes(dispute)) == ((each * 2, each * 2), [("credited", "done", each * 3)])
    assert red(*PROOFS, "B2", "B3") == set()


def test_taking_the_payment_back_withdraws_what_it_deducted(trade: Trade, colleague: Actor) -> None:
    item = open_item(trade)
    by_hand = disputed(item, colleague, 5)
    receive(trade, colleague, item.amount - 25, short(item.pk, item.amount - 25, 20))
    application = CashApplication.objects.get()
    reverse_application(By(colleague), application_id=application.pk, reason="Wrong invoice")
    deducted = Dispute.objects.exclude(pk=by_hand.pk).get()
    assert (figures(item), outcomes(deducted)) == ((item.amount, 5), [("withdrawn", "done", 20)])
    assert deducted.outcomes.get().note == "The payment was taken back"
    assert red(*PROOFS) == set()


def test_clean_cash_asks_nothing_more_and_deductions_ask_the_same_for_any_number(
    trade: Trade, colleague: Actor
) -> None:
    items = [open_item(trade) for _ in range(8)]
    pay = {item.pk: item.amount - 10 for item in items}
    counts = []
    for told in (
        [Application(items[0].pk, pay[items[0].pk])],
        [short(items[1].pk, pay[items[1].pk], 4)],
        [short(item.pk, pay[item.pk], 4) for item in items[2:]],
    ):
        with count_statements() as counted:
            receive(trade, colleague, sum((one.amount for one in told), ZERO), *told)
        counts.append(counted.statements)
    assert counts[1] == counts[2]
    # a deduction draws ids, writes the dispute and carves it out of the item
    assert counts[1] - counts[0] <= 3
