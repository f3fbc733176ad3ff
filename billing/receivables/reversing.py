"""Receipts that are taken back as a whole: the money did not stay, or was another customer's."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from billing.ledger.actions.post_journals import Amount, Entry, post_journals
from billing.ledger.models import Journal, Purpose
from billing.receivables.applying import Standing, lock_books, settlement, take_back
from billing.receivables.events import CashTakenBack
from billing.receivables.models import CashReceipt
from billing.receivables.reads import LOCK_ITEMS, LOCK_RECEIPTS, STANDING
from billing.receivables.rules import Application
from erp.kernel.batch import Batch
from orders.credit.exposure import move


def reverse_receipts(batch: Batch, receipt_ids: Sequence[int], *, reason: str) -> None:
    """Take back what the receipts of one company paid and the receipts themselves; those reversed before stay as they
    are. The caller asks for the right, and has said why."""
    receipts = batch.read(LOCK_RECEIPTS, sorted(set(receipt_ids)))
    if not receipts:
        return
    rows = [
        Standing(pk, receipt_id, None, item_id, amount, coded)
        for pk, receipt_id, item_id, amount, coded in batch.read(STANDING, [row[0] for row in receipts])
    ]
    if rows:
        batch.read(LOCK_ITEMS, sorted({row.item_id for row in rows}))
    company_id = receipts[0][1]
    accounting_on, drawn = lock_books(batch, company_id=company_id, customer_ids=[row[2] for row in receipts])
    take_back(batch, rows)
    if rows:
        pairs = sorted({(row.receipt_id, row.item_id) for row in rows if row.receipt_id is not None})
        batch.announce(CashTakenBack(pairs))
    entries, exposure = [], defaultdict[int, Decimal](Decimal)
    for receipt_id, _, customer_id, party_id, currency, amount, account_id in receipts:
        own = [as_application(row) for row in rows if row.receipt_id == receipt_id]
        applied = sum((one.amount for one in own), Decimal(0))
        for credit_id in drawn.get(customer_id, ()):
            exposure[credit_id] += amount + sum(one.difference for one in own)
        entries.append(
            Entry(
                kind=Journal.Kind.CASH.value,
                company_id=company_id,
                currency=currency,
                source="billing.cashreversal",
                source_id=receipt_id,
                effective_at=batch.now,
                accounting_on=accounting_on,
                amounts=[
                    Amount(Purpose.CASH, -amount, account_id=account_id),
                    *mirrored(settlement(own, party_id)),
                    Amount(Purpose.UNAPPLIED, amount - applied, party_id=party_id),
                ],
            )
        )
        batch.decide("billing.reverse_receipt", CashReceipt, receipt_id, {"reason": reason})
    batch.update(
        CashReceipt,
        [row[0] for row in receipts],
        unapplied=Decimal(0),
        reversed_at=batch.now,
        reversed_by=batch.actor.name,
        reversal_reason=reason,
    )
    move(batch, exposure)
    post_journals(batch, entries)


def as_application(row: Standing) -> Application:
    """A row as it was asked for: its money, or its coded difference."""
    if row.reason:
        return Application(row.item_id, Decimal(0), row.amount, row.reason)
    return Application(row.item_id, row.amount)


def mirrored(amounts: Sequence[Amount]) -> list[Amount]:
    """The same accounts the other way round."""
    return [
        Amount(one.purpose, -one.amount, party_id=one.party_id, otherwise=one.otherwise) for one in amounts
    ]
