"""Billing's invariants: green over a whole story, and red when a row says otherwise."""

from decimal import Decimal

import pytest

from billing.exceptions.actions.correct_exceptions import correct_exceptions
from billing.invoicing.actions.credit_invoice import credit_invoice
from billing.models import Billable, CashReceipt, InvoiceException, OpenItem
from billing.receivables.actions.apply_cash import apply_cash
from billing.receivables.actions.reverse_application import reverse_application
from billing.receivables.rules import Application
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.models import NumberSeries, OutboxEntry
from erp.kernel.proofs import prove, results_of
from inventory.stock.models import StockEntry
from orders.credit.models import CreditAccount
from tests.billing.exceptions.test_resolve_exceptions import price_exception
from tests.billing.receivables.test_cash import open_item, receive
from tests.trade import Trade

OURS = ("B1", "B2", "B3", "B4", "B5", "G1", "G2", "G3", "G4", "G5", "G6", "G8", "S6")


def red(*numbers: str) -> set[str]:
    """The proofs that are not green; a proof that cannot run fails the test."""
    results = results_of(prove(numbers or OURS))
    assert [result.error for result in results if result.error] == []
    return {result.proof for result in results if not result.green}


@pytest.fixture
def story(trade: Trade, colleague: Actor) -> Trade:
    """Invoices, a corrected exception, a payment taken back and applied again, a credit memo, open orders."""
    by = By(colleague)
    first, second, third = open_item(trade), open_item(trade, 3), open_item(trade, 7)
    correct_exceptions(by, exception_ids=[price_exception(trade).pk])
    price_exception(trade, 2)
    receipt_id = receive(trade, colleague, Decimal(50), Application(first.pk, Decimal(20))).receipt_id
    (application_id,) = apply_cash(
        by, receipt_id=receipt_id, applications=[Application(second.pk, Decimal(10))]
    ).application_ids
    reverse_application(by, application_id=application_id, reason="Wrong invoice")
    apply_cash(by, receipt_id=receipt_id, applications=[Application(third.pk, Decimal(5))])
    credit_invoice(by, invoice_id=second.invoice_id, reason="Damaged")
    trade.submit(2)
    return trade


def test_the_whole_story_is_green(story: Trade) -> None:
    assert red() == set()
    assert InvoiceException.objects.filter(resolved_at=None).count() == 1


def test_a_wrong_row_turns_its_proof_red(story: Trade) -> None:
    assert CreditAccount.objects.filter(exposure__gt=0).update(exposure=1) == 1
    assert red("G8", "G4") == {"G8"}
    NumberSeries.objects.filter(code="invoice").update(next_number=99)
    assert red("B4", "B3") == {"B4"}
    item = OpenItem.objects.filter(open__gt=10).first()
    assert item is not None
    OpenItem.objects.filter(pk=item.pk).update(open=item.open - 1)
    assert red("G3", "G4", "G5") == {"G3", "G4"}
    CashReceipt.objects.update(unapplied=1)
    assert red("G5") == {"G5"}
    Billable.objects.filter(billed__gt=0).update(billed=0, credited=0)
    assert red("B2") == {"B2"}
    entry = StockEntry.objects.first()
    assert entry is not None
    StockEntry.objects.create(
        posting_id=entry.posting_id, item_id=entry.item_id, site_id=entry.site_id, bin_id=entry.bin_id,
        status=entry.status, quantity=0, value=1,
    )  # fmt: skip
    assert red("S6", "G1") == {"S6"}


def test_what_is_neither_charged_nor_waiting_is_named(trade: Trade) -> None:
    trade.ship()
    assert red("B1") == set()  # a worker will charge it
    OutboxEntry.objects.all().delete()
    assert red("B1") == {"B1"}
