"""Close a month's books, and open them again for a reason (GL05)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from billing.ledger.errors import PeriodHasOpenWork, PeriodNotReady, PeriodOutOfOrder
from billing.ledger.guards import close_guard
from billing.ledger.permissions import CLOSE_PERIOD, REOPEN_PERIOD
from billing.ledger.reads import CLOSE, DROP_BALANCES, KEEP_BALANCES, LOCK_PERIOD, OPEN_WORK, REOPEN
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from masterdata.models import AccountingPeriod


@dataclass(frozen=True, slots=True)
class PeriodState:
    """The period, and whether it is closed now."""

    period_id: int
    closed: bool


@command("billing.close_period")
def close_period(batch: Batch, *, period_id: int) -> PeriodState:
    """Lock the period against every posting in flight, make sure that nothing of it waits, keep what each account
    turned over, and close it.

    Closing twice changes nothing. Raises PeriodHasOpenWork, PeriodOutOfOrder while an earlier period is open,
    PeriodNotReady with what higher rooms have against it.
    """
    company_id, starts_on, ends_on, closed_at, zone, name = _lock(batch, period_id)
    batch.actor.require(CLOSE_PERIOD, company=company_id)
    if closed_at is not None:
        return PeriodState(period_id, True)
    unbilled, unmapped, earlier, _ = _open_work(batch, company_id, zone, starts_on, ends_on)
    if earlier:
        raise PeriodOutOfOrder(period=name, verb="closed", other=earlier)
    if unbilled or unmapped:
        raise PeriodHasOpenWork(period=name, unbilled=unbilled, unmapped=unmapped)
    if refusals := close_guard.ask(batch, [period_id]):
        reasons = " ".join(refusal.sentence for refusal in refusals)
        raise PeriodNotReady(period=name, reasons=reasons)
    batch.write(KEEP_BALANCES, period_id)
    batch.write(CLOSE, period_id)
    batch.decide("billing.close_period", AccountingPeriod, period_id, {"unbilled": 0, "unmapped": 0})
    return PeriodState(period_id, True)


@command("billing.reopen_period")
def reopen_period(batch: Batch, *, period_id: int, reason: str) -> PeriodState:
    """Open the last closed period again; what was kept of it goes.

    Raises PeriodOutOfOrder while a later one is closed.
    """
    if not reason.strip():
        raise BadInput(field="reason", reason="say why the period is opened again.")
    company_id, starts_on, ends_on, closed_at, zone, name = _lock(batch, period_id)
    batch.actor.require(REOPEN_PERIOD, company=company_id)
    if closed_at is None:
        return PeriodState(period_id, False)
    *_, later = _open_work(batch, company_id, zone, starts_on, ends_on)
    if later:
        raise PeriodOutOfOrder(period=name, verb="opened", other=later)
    batch.write(REOPEN, period_id)
    batch.write(DROP_BALANCES, period_id)
    batch.decide("billing.reopen_period", AccountingPeriod, period_id, {"reason": reason.strip()[:200]})
    return PeriodState(period_id, False)


def _lock(batch: Batch, period_id: int) -> tuple[int, date, date, Any, str, str]:
    rows = batch.read(LOCK_PERIOD, period_id)
    if not rows:
        raise NotFound(what="period", reference=period_id)
    _, company_id, starts_on, ends_on, closed_at, zone, code = rows[0]
    return company_id, starts_on, ends_on, closed_at, zone, f"{code} {starts_on:%Y-%m}"


def _open_work(
    batch: Batch, company_id: int, zone: str, starts_on: date, ends_on: date
) -> tuple[int, int, str | None, str | None]:
    ((unbilled, unmapped, earlier, later),) = batch.read(
        OPEN_WORK, company_id, zone, ends_on, company_id, ends_on, company_id, starts_on, company_id, ends_on
    )
    return unbilled, unmapped, earlier, later
