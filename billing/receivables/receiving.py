"""Payments of payers of one company, one or five hundred with the same statements: receipts, applications, books."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
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
from billing.receivables.models import CashReceipt
from billing.receivables.permissions import RECEIVE_CASH
from billing.receivables.reads import OWN_ACCOUNTS, PAYERS
from billing.receivables.rules import Application
from erp.kernel.batch import Batch
from erp.kernel.errors import BadInput, NotFound
from orders.credit.exposure import move

MOST = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class Payment:
    """Money of a payer in their currency, and what it is for. `account_id`: where it lies; None: the bank's account."""

    customer_id: int
    amount: Decimal
    received_on: date
    reference: str = ""
    applications: Sequence[Application] = ()
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """The receipt, its number, and what of it is not applied yet."""

    receipt_id: int
    number: str
    unapplied: Decimal


def receive_payments(batch: Batch, payments: Sequence[Payment]) -> list[Received]:
    """Record the payments, apply them as told, and lower each payer's exposure. Raises as `receive_cash` does."""
    payers = {
        row[0]: row[1:] for row in batch.read(PAYERS, batch.now, sorted({p.customer_id for p in payments}))
    }
    ids = batch.draw(billing_cashreceipt=len(payments))["billing_cashreceipt"]
    sources = []
    for receipt_id, payment in zip(ids, payments, strict=True):
        if payment.customer_id not in payers:
            raise NotFound(what="customer", reference=payment.customer_id)
        company_id, _, currency, today = payers[payment.customer_id]
        batch.actor.require(RECEIVE_CASH, company=company_id)
        if not 0 < payment.amount < MOST or payment.amount != round(payment.amount, 2):
            raise BadInput(field="amount", reason="an amount above zero with at most 2 decimals.")
        if payment.received_on > today:
            raise BadInput(field="received_on", reason="money cannot have come in the future.")
        if sources and sources[0].company_id != company_id:
            raise NotFound(what="customer of this company", reference=payment.customer_id)
        sources.append(
            Source(
                receipt_id,
                company_id,
                payment.customer_id,
                currency,
                payment.amount,
                payment.received_on,
                today,
                payment.applications,
            )
        )
    if not sources:
        return []
    company_id = sources[0].company_id
    _check_accounts(batch, company_id, payments)
    lowered = lock_and_check(batch, sources)
    accounting_on, drawn = lock_books(
        batch, company_id=company_id, customer_ids=[source.customer_id for source in sources]
    )
    numbers = [f"CR-{source.receipt_id}" for source in sources]
    batch.insert(
        CashReceipt,
        id=ids,
        number=numbers,
        company=company_id,
        customer=[source.customer_id for source in sources],
        currency=[source.currency for source in sources],
        amount=[source.available for source in sources],
        unapplied=[source.available - source.applied for source in sources],
        received_on=[source.received_on for source in sources],
        reference=[payment.reference.strip()[:80] for payment in payments],
        account=[payment.account_id for payment in payments],
        received_by=batch.actor.name,
    )
    tell_disputes(batch, sources, lowered)
    write_applications(batch, sources)
    exposure: defaultdict[int, Decimal] = defaultdict(Decimal)
    for source in sources:
        for account_id in drawn.get(source.customer_id, ()):
            exposure[account_id] -= source.available + source.difference
    move(batch, exposure)
    entries = []
    for source, payment in zip(sources, payments, strict=True):
        party_id = payers[source.customer_id][1]
        entries.append(
            Entry(
                kind=Journal.Kind.CASH.value,
                company_id=company_id,
                currency=source.currency,
                source="billing.cashreceipt",
                source_id=source.receipt_id,
                effective_at=batch.now,
                accounting_on=accounting_on,
                amounts=[
                    Amount(Purpose.CASH, source.available, account_id=payment.account_id),
                    *settlement(source.applications, party_id),
                    Amount(Purpose.UNAPPLIED, source.applied - source.available, party_id=party_id),
                ],
            )
        )
        outcome = {"amount": source.available, "applied": said(source.applications)}
        batch.decide("billing.receive_cash", CashReceipt, source.receipt_id, outcome)
    post_journals(batch, entries)
    return [
        Received(source.receipt_id, number, source.available - source.applied)
        for source, number in zip(sources, numbers, strict=True)
    ]


def said(applications: Sequence[Application]) -> list[list[object]]:
    """Applications as a why-record keeps them; what was short or over behind, and what was deducted."""
    return [
        [
            one.open_item_id,
            one.amount,
            *([one.difference, one.reason] if one.reason else []),
            *([one.deducted, one.deduction] if one.deducted else []),
        ]
        for one in applications
    ]


def _check_accounts(batch: Batch, company_id: int, payments: Sequence[Payment]) -> None:
    wanted = {payment.account_id for payment in payments if payment.account_id is not None}
    if wanted and {row[0] for row in batch.read(OWN_ACCOUNTS, sorted(wanted), company_id)} != wanted:
        raise NotFound(what="account of this company", reference=", ".join(map(str, sorted(wanted))))
