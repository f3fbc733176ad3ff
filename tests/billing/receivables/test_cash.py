"""Cash: received, applied, taken back; books, items and exposure move together."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from billing.ledger.models import Account, JournalLine, Purpose
from billing.models import CashApplication, CashReceipt, Invoice, OpenItem
from billing.receivables.actions.apply_cash import apply_cash
from billing.receivables.actions.receive_cash import Received, receive_cash
from billing.receivables.actions.reverse_application import reverse_application
from billing.receivables.errors import (
    AlreadyReversed,
    BeyondAuthority,
    OverApplied,
    ReceiptExceeded,
    ReceiptReversed,
    WrongCurrency,
    WrongPayer,
)
from billing.receivables.reversing import reverse_receipts
from billing.receivables.rules import Application
from erp.kernel.actor import Actor
from erp.kernel.batch import Batch
from erp.kernel.clock import now
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted
from masterdata.models import PaymentTerms
from orders.credit.models import CreditAccount
from orders.entry.rules import LineRequest
from tests import factories
from tests.factories import local_day
from tests.support import count_statements, run_concurrently
from tests.trade import Trade


def open_item(trade: Trade, quantity: int = 10, **changes: object) -> OpenItem:
    """An invoice over `quantity` of the second item, which has a list price only."""
    shipment_id = trade.ship([LineRequest(trade.world.items[1], Decimal(quantity))], **changes)
    (invoice_id,) = trade.invoice(shipment_id).invoice_ids
    return OpenItem.objects.get(invoice_id=invoice_id)


def receive(
    trade: Trade, colleague: Actor, amount: Decimal, *applications: Application, **more: object
) -> Received:
    given = {
        "customer_id": trade.world.customers[0],
        "amount": amount,
        "received_on": local_day(),
        "applications": list(applications),
    }
    return receive_cash(By(colleague), **{**given, **more})


def balance(purpose: Purpose) -> Decimal:
    """What the books say, debit positive."""
    account = Account.objects.get(rules__purpose=purpose)
    return sum((line.amount for line in JournalLine.objects.filter(account_id=account.pk)), Decimal(0))


def exposure(trade: Trade) -> Decimal:
    return CreditAccount.objects.get(customer_id=trade.world.customers[0]).exposure


def test_cash_pays_an_invoice_and_the_rest_waits(trade: Trade, colleague: Actor) -> None:
    item = open_item(trade)
    result = receive(trade, colleague, item.amount + 5, Application(item.pk, item.amount), reference="Thanks")

    receipt = CashReceipt.objects.get()
    assert (
        (result.number, result.unapplied)
        == (f"CR-{receipt.pk}", Decimal(5))
        == (receipt.number, receipt.unapplied)
    )
    item.refresh_from_db()
    assert (item.open, exposure(trade)) == (0, Decimal(-5))
    assert balance(Purpose.CASH) == item.amount + 5
    assert (balance(Purpose.RECEIVABLE), balance(Purpose.UNAPPLIED)) == (0, Decimal(-5))


def test_unapplied_cash_is_applied_later_and_exposure_stays(trade: Trade, colleague: Actor) -> None:
    item = open_item(trade)
    receipt_id = receive(trade, colleague, Decimal(30)).receipt_id
    before = exposure(trade)
    result = apply_cash(
        By(colleague), receipt_id=receipt_id, applications=[Application(item.pk, Decimal(20))]
    )
    item.refresh_from_db()
    assert (result.unapplied, item.open, exposure(trade)) == (Decimal(10), item.amount - 20, before)
    assert (balance(Purpose.UNAPPLIED), balance(Purpose.RECEIVABLE)) == (Decimal(-10), item.amount - 20)

    reverse_application(By(colleague), application_id=result.application_ids[0], reason="Wrong invoice")
    item.refresh_from_db()
    assert (item.open, CashReceipt.objects.get().unapplied, exposure(trade)) == (
        item.amount,
        Decimal(30),
        before,
    )
    assert (balance(Purpose.UNAPPLIED), balance(Purpose.RECEIVABLE)) == (Decimal(-30), item.amount)
    with pytest.raises(AlreadyReversed):
        reverse_application(By(colleague), application_id=result.application_ids[0], reason="Again")
    assert list(CashApplication.objects.order_by("pk").values_list("amount", flat=True)) == [20, -20]


def test_what_does_not_fit_is_refused_and_changes_nothing(trade: Trade, colleague: Actor) -> None:
    item = open_item(trade)
    foreign = open_item(trade, customer_id=trade.world.customers[1])
    pay = Decimal(1000)
    with pytest.raises(OverApplied):
        receive(trade, colleague, pay * 9, Application(item.pk, item.amount + Decimal("0.01")))
    with pytest.raises(OverApplied):
        receive(trade, colleague, pay, Application(item.pk, Decimal(-1)))
    with pytest.raises(WrongPayer):
        receive(trade, colleague, pay, Application(foreign.pk, Decimal(1)))
    with pytest.raises(ReceiptExceeded):
        receive(trade, colleague, Decimal(1), Application(item.pk, Decimal(2)))
    with pytest.raises(BadInput):
        receive(trade, colleague, pay, Application(item.pk, Decimal(1)), Application(item.pk, Decimal(1)))
    with pytest.raises(BadInput):
        receive(trade, colleague, Decimal("0.001"))
    with pytest.raises(BadInput):
        receive(trade, colleague, pay, received_on=local_day() + timedelta(days=2))
    OpenItem.objects.filter(pk=item.pk).update(currency="USD")
    with pytest.raises(WrongCurrency):
        receive(trade, colleague, pay, Application(item.pk, Decimal(1)))
    with pytest.raises(NotPermitted):
        receive(trade, factories.actor("warehouse"), pay)
    item.refresh_from_db()
    assert (item.open, CashReceipt.objects.count(), CashApplication.objects.count()) == (item.amount, 0, 0)
    assert balance(Purpose.CASH) == 0


def test_what_a_payment_is_short_is_limited_in_all_however_often_it_is_applied(
    trade: Trade, colleague: Actor
) -> None:
    first, second = open_item(trade), open_item(trade)
    receipt_id = receive(trade, colleague, Decimal(50)).receipt_id

    def short(item: OpenItem) -> list[int]:
        coded = Application(item.pk, Decimal(10), Decimal(3), "short")
        return apply_cash(By(colleague), receipt_id=receipt_id, applications=[coded]).application_ids

    made = short(first)
    with pytest.raises(BeyondAuthority) as refusal:
        short(second)
    assert refusal.value.context["amount"] == 6
    second.refresh_from_db()
    assert (second.open, CashReceipt.objects.get().unapplied) == (second.amount, 40)
    reverse_application(By(colleague), application_id=made[0], reason="Wrong invoice")
    short(second)
    second.refresh_from_db()
    assert (second.open, balance(Purpose.DIFFERENCE)) == (second.amount - 13, 3)


def test_a_discount_in_terms_is_taken_once_of_an_invoice(trade: Trade, colleague: Actor) -> None:
    PaymentTerms.objects.update(discount_percent=25, discount_days=10)
    item = open_item(trade)
    discount, part = round(item.amount / 4, 2), Decimal(1)
    discounted = Application(item.pk, part, discount, "discount")
    assert discount > 5
    receive(trade, colleague, part, discounted)
    with pytest.raises(BeyondAuthority):
        receive(trade, colleague, part, discounted)
    receipt_id = receive(trade, colleague, part).receipt_id
    with pytest.raises(BeyondAuthority):
        apply_cash(By(colleague), receipt_id=receipt_id, applications=[discounted])
    item.refresh_from_db()
    assert (item.open, balance(Purpose.DISCOUNT)) == (item.amount - discount - part, discount)


def test_a_receipt_that_was_taken_back_pays_nothing(trade: Trade, colleague: Actor) -> None:
    item = open_item(trade)
    receipt_id = receive(trade, colleague, Decimal(20)).receipt_id
    with transaction.atomic():
        batch = Batch(colleague, now())
        reverse_receipts(batch, [receipt_id], reason="Returned")
        batch.close()
    with pytest.raises(ReceiptReversed):
        apply_cash(By(colleague), receipt_id=receipt_id, applications=[Application(item.pk, Decimal(1))])
    item.refresh_from_db()
    assert (item.open, CashApplication.objects.count()) == (item.amount, 0)


def test_the_same_key_is_one_receipt(trade: Trade, colleague: Actor) -> None:
    by = By(colleague, key="bank-line-1")
    given = {"customer_id": trade.world.customers[0], "amount": Decimal(7), "received_on": local_day()}
    first, second = receive_cash(by, **given), receive_cash(by, **given)
    assert (first.receipt_id, CashReceipt.objects.count()) == (second.receipt_id, 1)


def test_statements_do_not_grow_with_the_number_of_items(trade: Trade, colleague: Actor) -> None:
    items = [open_item(trade) for _ in range(11)]
    counts = []
    for chosen in (items[:1], items[1:]):
        with count_statements() as counted:
            receive(
                trade, colleague, sum((item.open for item in chosen), Decimal(0)),
                *[Application(item.pk, item.open) for item in chosen],
            )  # fmt: skip
        counts.append(counted.statements)
    assert counts[0] == counts[1] <= 16
    assert not OpenItem.objects.exclude(open=0).exists()


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_payments_at_once_never_pay_an_item_twice(trade: Trade, colleague: Actor) -> None:
    item = open_item(trade)
    results = run_concurrently(
        lambda _: receive(trade, colleague, item.amount, Application(item.pk, item.amount)), range(4)
    )
    refused = [result for result in results if isinstance(result, OverApplied)]
    assert (len(refused), CashReceipt.objects.count()) == (3, 1)
    assert Invoice.objects.get().open_item.open == 0
