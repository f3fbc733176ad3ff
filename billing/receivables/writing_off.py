"""Parts of open items that nobody will pay: written off, and taken back; any number with the same statements."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.ledger.actions.post_journals import Entry, post_journals
from billing.ledger.models import Journal
from billing.receivables.applying import Standing, lock_books, move_items, settlement, take_back
from billing.receivables.models import CashApplication
from billing.receivables.reversing import mirrored
from billing.receivables.rules import ZERO, Application
from erp.kernel.batch import Batch
from orders.credit.exposure import move

WRITE_OFF = CashApplication.Reason.WRITE_OFF.value


@dataclass(frozen=True, slots=True)
class WriteOff:
    """An amount above zero of one item, in its currency; the item is held."""

    item_id: int
    customer_id: int
    party_id: int
    currency: str
    amount: Decimal

    @property
    def settlement(self) -> Application:
        return Application(self.item_id, ZERO, self.amount, WRITE_OFF)


def write_off_items(
    batch: Batch, company_id: int, rows: Sequence[WriteOff], application_ids: Sequence[int]
) -> None:
    """Lower the items of one company without money, by applications with these ids.

    The caller has asked for the right and checked what is open. Raises NoOpenPeriod.
    """
    batch.insert(
        CashApplication,
        id=list(application_ids),
        item=[row.item_id for row in rows],
        amount=[row.amount for row in rows],
        reason=WRITE_OFF,
        applied_at=batch.now,
        applied_by=batch.actor.name,
    )
    move_items(batch, ((row.item_id, -row.amount) for row in rows))
    _book(batch, company_id, list(zip(application_ids, rows, strict=True)), back=False)


def take_back_write_offs(batch: Batch, company_id: int, rows: Sequence[tuple[int, WriteOff]]) -> None:
    """Reverse what was written off by these applications; the items are open with it again."""
    standing = [
        Standing(application_id, None, None, row.item_id, row.amount, WRITE_OFF)
        for application_id, row in rows
    ]
    ids = take_back(batch, standing)
    _book(batch, company_id, [(pk, row) for pk, (_, row) in zip(ids, rows, strict=True)], back=True)


def _book(batch: Batch, company_id: int, rows: Sequence[tuple[int, WriteOff]], *, back: bool) -> None:
    accounting_on, drawn = lock_books(
        batch, company_id=company_id, customer_ids=[row.customer_id for _, row in rows]
    )
    exposure: defaultdict[int, Decimal] = defaultdict(Decimal)
    entries = []
    for application_id, row in rows:
        for account_id in drawn.get(row.customer_id, ()):
            exposure[account_id] += row.amount if back else -row.amount
        amounts = settlement([row.settlement], row.party_id)
        entries.append(
            Entry(
                kind=Journal.Kind.WRITE_OFF.value,
                company_id=company_id,
                currency=row.currency,
                source="billing.cashapplication",
                source_id=application_id,
                effective_at=batch.now,
                accounting_on=accounting_on,
                amounts=mirrored(amounts) if back else amounts,
            )
        )
    move(batch, exposure)
    post_journals(batch, entries)
