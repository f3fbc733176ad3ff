"""Money came in: a receipt, what it pays, and the rest waiting on the customer's account."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from billing.receivables.receiving import Payment, Received, receive_payments
from billing.receivables.rules import Application
from erp.kernel.batch import Batch
from erp.kernel.command import command


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

    One journal: bank against receivables, what was short or over by its reason and, for the rest, unapplied cash.
    Raises OverApplied, ReceiptExceeded, WrongPayer, WrongCurrency, BeyondAuthority.
    """
    (received,) = receive_payments(
        batch, [Payment(customer_id, amount, received_on, reference, applications)]
    )
    return received
