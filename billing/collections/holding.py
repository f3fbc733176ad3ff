"""Payers held for a collector: their account of collection is the row that serialises what is said of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.collections.permissions import COLLECT
from billing.collections.reads import KEEP_ACCOUNTS, LOCK_ACCOUNTS, PAYERS
from erp.kernel.batch import Batch
from erp.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Payer:
    """A payer with their account of collection, which is locked."""

    customer_id: int
    company_id: int
    currency: str
    name: str
    today: date  # of the company
    open: Decimal
    account_id: int
    collector_id: int | None
    follow_up_on: date | None


def hold_payers(batch: Batch, customer_ids: Sequence[int], right: str = COLLECT) -> list[Payer]:
    """The payers by id, for an actor with the right for each; their accounts are made where there is none yet."""
    ids = sorted(set(customer_ids))
    found = batch.read(PAYERS, batch.now, ids)
    for company_id in sorted({row[1] for row in found}):
        batch.actor.require(right, company=company_id)
    if not found:
        return []
    batch.write(KEEP_ACCOUNTS, [row[1] for row in found], [row[0] for row in found])
    accounts = {customer_id: own for customer_id, *own in batch.read(LOCK_ACCOUNTS, ids)}
    return [Payer(*(*row, *accounts[row[0]])) for row in found]


def hold_payer(batch: Batch, customer_id: int, right: str = COLLECT) -> Payer:
    """One payer. Raises NotFound."""
    found = hold_payers(batch, [customer_id], right)
    if not found:
        raise NotFound(what="customer", reference=customer_id)
    return found[0]
