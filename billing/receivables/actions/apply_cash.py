"""Unapplied money finds its invoices."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.ledger.actions.post_journals import Amount, Entry, post_journals
from billing.ledger.models import Journal, Purpose
from billing.receivables.applying import (
    Source,
    lock_and_check,
    lock_books,
    settlement,
    tell_disputes,
    write_applications,
)
from billing.receivables.errors import ReceiptReversed
from billing.receivables.models import CashReceipt
from billing.receivables.permissions import APPLY_CASH
from billing.receivables.reads import CODED_BEFORE, LOCK_RECEIPT
from billing.receivables.receiving import said
from billing.receivables.rules import Application
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from orders.credit.exposure import move


@dataclass(frozen=True, slots=True)
class Applied:
    """Rows written, and what of the receipt is still not applied."""

    application_ids: list[int]
    unapplied: Decimal


@command("billing.apply_cash")
def apply_cash(batch: Batch, *, receipt_id: int, applications: Sequence[Application]) -> Applied:
    """Apply unapplied money of a receipt to open items of the same payer.

    Exposure stays but for what is coded: what was unapplied and what was open fall together. What the receipt has coded
    before counts towards the limit. Raises as receive_cash does, and ReceiptReversed.
    """
    if not applications:
        raise BadInput(field="applications", reason="name at least one item.")
    rows = batch.read(LOCK_RECEIPT, batch.now, receipt_id)
    if not rows:
        raise NotFound(what="receipt", reference=receipt_id)
    _, company_id, customer_id, party_id, currency, unapplied, received_on, *more = rows[0]
    number, reversed_at, today = more
    batch.actor.require(APPLY_CASH, company=company_id)
    if reversed_at is not None:
        raise ReceiptReversed(receipt=number)
    source = Source(
        receipt_id,
        company_id,
        customer_id,
        currency,
        unapplied,
        received_on,
        today,
        applications,
        batch.read(CODED_BEFORE, receipt_id) if any(one.difference for one in applications) else (),
    )
    lowered = lock_and_check(batch, [source])
    accounting_on, drawn = lock_books(batch, company_id=company_id, customer_ids=[customer_id])
    tell_disputes(batch, [source], lowered)
    ids = write_applications(batch, [source])
    batch.update(CashReceipt, [receipt_id], add={"unapplied": -source.applied})
    move(batch, dict.fromkeys(drawn.get(customer_id, ()), -source.difference))
    post_journals(
        batch,
        [
            Entry(
                kind=Journal.Kind.CASH.value,
                company_id=company_id,
                currency=currency,
                source="billing.cashapplication",
                source_id=ids[0],
                effective_at=batch.now,
                accounting_on=accounting_on,
                amounts=[
                    Amount(Purpose.UNAPPLIED, source.applied, party_id=party_id),
                    *settlement(applications, party_id),
                ],
            )
        ],
    )
    batch.decide("billing.apply_cash", CashReceipt, receipt_id, {"applied": said(applications)})
    return Applied(ids, unapplied - source.applied)
