"""A payment run, locked, with what is in it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from billing.payments.errors import RunDecided
from billing.payments.models import PaymentRun
from billing.payments.reads import LOCK_ITEMS, LOCK_RUN
from erp.kernel.batch import Batch
from erp.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class LockedRun:
    """A run as it stands; `iban` is the bank account's, `today` the company's."""

    id: int
    number: str
    company_id: int
    currency: str
    pay_on: date
    state: str
    total: Decimal
    created_by: str
    edited_by: str
    version: int
    iban: str
    payer: str
    today: date


@dataclass(frozen=True, slots=True)
class LockedItem:
    """A payable in a run, as both stand; `best_discount` is lost after `discount_on`."""

    id: int
    payable_id: int
    supplier_id: int
    party_id: int
    reference: str
    amount: Decimal
    discount: Decimal
    open: Decimal
    owed: Decimal
    best_discount: Decimal
    discount_on: date | None

    @property
    def settled(self) -> Decimal:
        return self.amount + self.discount


def lock_run(batch: Batch, run_id: int) -> LockedRun:
    """The run, locked, if nobody has decided on it. Raises NotFound, RunDecided."""
    rows = batch.read(LOCK_RUN, batch.now, run_id)
    if not rows:
        raise NotFound(what=_("payment run"), reference=run_id)
    run = LockedRun(*rows[0])
    if run.state != PaymentRun.State.PROPOSED:
        raise RunDecided(run=run.number, state=PaymentRun.State(run.state).label.lower())
    return run


def lock_items(batch: Batch, run_id: int) -> list[LockedItem]:
    """What is in the run, its payables locked."""
    return [LockedItem(*row) for row in batch.read(LOCK_ITEMS, run_id)]
