"""Money against open items: what receiving, applying and taking back have in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.receivables.errors import OverApplied, ReceiptExceeded, WrongCurrency, WrongPayer
from billing.receivables.models import CashApplication, OpenItem
from billing.receivables.reads import LOCK_ITEMS, PERIOD_AND_CREDIT
from billing.receivables.rules import ZERO, Application
from erp.kernel.batch import Batch
from erp.kernel.errors import BadInput, NotFound
from inventory.stock.errors import NoOpenPeriod


@dataclass(frozen=True, slots=True)
class Source:
    """Where money comes from: a receipt of one payer, with what of it is free."""

    receipt_id: int
    customer_id: int
    currency: str
    available: Decimal


def lock_and_check(batch: Batch, source: Source, applications: Sequence[Application]) -> Decimal:
    """Lock the items, refuse what does not fit, and return the sum to apply."""
    ids = [one.open_item_id for one in applications]
    if len(set(ids)) < len(ids):
        raise BadInput(field="applications", reason="name each item once.")
    if not ids:
        return ZERO
    found = {row[0]: row for row in batch.read(LOCK_ITEMS, sorted(ids))}
    for one in applications:
        if one.open_item_id not in found:
            raise NotFound(what="open item", reference=one.open_item_id)
        _, customer_id, currency, open_amount, number = found[one.open_item_id]
        if customer_id != source.customer_id:
            raise WrongPayer(document=number)
        if currency != source.currency:
            raise WrongCurrency(document=number, currency=currency, received=source.currency)
        if one.amount == 0 or one.amount != round(one.amount, 2):
            raise BadInput(field="applications", reason="an amount above zero with at most 2 decimals.")
        if (one.amount > 0) != (open_amount > 0) or abs(one.amount) > abs(open_amount):
            raise OverApplied(document=number, open=open_amount, currency=currency, amount=one.amount)
    applied = sum((one.amount for one in applications), ZERO)
    if not 0 <= applied <= source.available:
        raise ReceiptExceeded(amount=applied, currency=source.currency, available=source.available)
    return applied


def lock_books(batch: Batch, *, company_id: int, customer_id: int) -> tuple[date, list[int]]:
    """The accounting date of an open period and the credit accounts that the payer draws on, all locked."""
    ((accounting_on, credit_ids),) = batch.read(PERIOD_AND_CREDIT, batch.now, company_id, customer_id)
    if accounting_on is None:
        raise NoOpenPeriod(company=company_id, on=batch.now.date())
    return accounting_on, credit_ids


def write_applications(batch: Batch, source: Source, applications: Sequence[Application]) -> list[int]:
    """The rows, and what they leave open of each item; ids in the given order."""
    if not applications:
        return []
    ids = batch.draw(billing_cashapplication=len(applications))["billing_cashapplication"]
    batch.insert(
        CashApplication,
        id=ids,
        receipt=source.receipt_id,
        item=[one.open_item_id for one in applications],
        amount=[one.amount for one in applications],
        applied_at=batch.now,
        applied_by=batch.actor.name,
    )
    batch.update(
        OpenItem,
        [one.open_item_id for one in applications],
        add={"open": [-one.amount for one in applications]},
    )
    return ids
