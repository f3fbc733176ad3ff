"""Money came in: a receipt, what it pays, and the rest waiting on the customer's account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.ledger.actions.post_journals import Amount, Entry, post_journals
from billing.ledger.models import Journal, Purpose
from billing.receivables.applying import Source, lock_and_check, lock_books, write_applications
from billing.receivables.models import CashReceipt
from billing.receivables.permissions import RECEIVE_CASH
from billing.receivables.reads import PAYER
from billing.receivables.rules import Application
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from orders.credit.exposure import move

MOST = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class Received:
    """The receipt, its number, and what of it is not applied yet."""

    receipt_id: int
    number: str
    unapplied: Decimal


@command("billing.receive_cash")
def receive_cash(
    batch: Batch,
    *,
    customer_id: int,
    amount: Decimal,
    received_on: date,
    reference: str = "",
    applications: Sequence[Application] = (),
) -> Received:
    """Record money of a payer in their currency, apply it as told, and lower their credit exposure by all of it.

    One journal: bank against receivables and, for the rest, unapplied cash. Raises OverApplied, ReceiptExceeded,
    WrongPayer, WrongCurrency.
    """
    rows = batch.read(PAYER, batch.now, customer_id)
    if not rows:
        raise NotFound(what="customer", reference=customer_id)
    _, company_id, party_id, currency, receipt_id, today = rows[0]
    batch.actor.require(RECEIVE_CASH, company=company_id)
    if not 0 < amount < MOST or amount != round(amount, 2):
        raise BadInput(field="amount", reason="an amount above zero with at most 2 decimals.")
    if received_on > today:
        raise BadInput(field="received_on", reason="money cannot have come in the future.")
    source = Source(receipt_id, customer_id, currency, amount)
    applied = lock_and_check(batch, source, applications)
    accounting_on, credit_ids = lock_books(batch, company_id=company_id, customer_id=customer_id)
    number = f"CR-{receipt_id}"
    batch.insert(
        CashReceipt,
        id=receipt_id,
        number=number,
        company=company_id,
        customer=customer_id,
        currency=currency,
        amount=amount,
        unapplied=amount - applied,
        received_on=received_on,
        reference=reference.strip()[:80],
        received_by=batch.actor.name,
    )
    write_applications(batch, source, applications)
    move(batch, dict.fromkeys(credit_ids, -amount))
    post_journals(
        batch,
        [
            Entry(
                kind=Journal.Kind.CASH.value,
                company_id=company_id,
                currency=currency,
                source="billing.cashreceipt",
                source_id=receipt_id,
                effective_at=batch.now,
                accounting_on=accounting_on,
                amounts=[
                    Amount(Purpose.CASH, amount),
                    Amount(Purpose.RECEIVABLE, -applied, party_id=party_id),
                    Amount(Purpose.UNAPPLIED, applied - amount, party_id=party_id),
                ],
            )
        ],
    )
    batch.decide(
        "billing.receive_cash",
        CashReceipt,
        receipt_id,
        {"amount": amount, "applied": [[one.open_item_id, one.amount] for one in applications]},
    )
    return Received(receipt_id, number, amount - applied)
