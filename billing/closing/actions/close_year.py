"""Close a fiscal year: its result goes to retained earnings by one journal, its last period closes with it."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from billing.closing.errors import (
    LaterYearClosed,
    NothingToCarry,
    PeriodIsClosed,
    YearIsClosed,
    YearIsOpen,
)
from billing.closing.models import YearClose
from billing.closing.permissions import CLOSE_YEAR, REVERSE_YEAR
from billing.closing.reads import COMPANY, LATER_YEARS, LOCK_YEAR, STANDING_YEAR, YEAR_JOURNAL
from billing.ledger.actions.close_period import close_period, reopen_period
from billing.ledger.actions.post_journals import Amount, Entry, post_journals
from billing.ledger.models import Journal, Purpose
from billing.ledger.queries import EVER, TURNOVER, YEAR_CLOSED, YEAR_REVERSED
from billing.ledger.reads import LOCK_PERIOD
from billing.ledger.statements import RESULT, BalanceRow
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, Busy, NotFound


@dataclass(frozen=True, slots=True)
class YearClosed:
    """What was carried forward; a profit is positive."""

    year_close_id: int
    result: Decimal


@command("billing.close_year", conflicts={"year_close_once": lambda **_given: Busy()})
def close_year(batch: Batch, *, period_id: int) -> YearClosed:
    """Carry the balances of income and expenses at the end of the year's last period forward, and close that period.

    The periods before it are closed already, so nothing can come in behind it. Raises NotFound, NotPermitted,
    PeriodIsClosed, YearIsClosed, NothingToCarry, and whatever keeps the period open (`close_period`).
    """
    found = batch.read(LOCK_PERIOD, period_id)
    if not found:
        raise NotFound(what=_("period"), reference=period_id)
    _id, company_id, starts_on, ends_on, closed_at, _zone, code = found[0]
    name = f"{code} {starts_on:%Y-%m}"
    batch.actor.require(CLOSE_YEAR, company=company_id)
    if batch.read(STANDING_YEAR, period_id):
        raise YearIsClosed(year=f"{code} {ends_on}")
    if closed_at is not None:
        raise PeriodIsClosed(period=name)
    rows = [BalanceRow(*row) for row in batch.read(TURNOVER, company_id, EVER, ends_on)]
    carried = [row for row in rows if row.kind in RESULT and row.balance]
    if not carried:
        raise NothingToCarry(period=name)
    result = -sum((row.balance for row in carried), Decimal(0))
    ((currency,),) = batch.read(COMPANY, company_id)
    (year_id,) = batch.draw(billing_yearclose=1)["billing_yearclose"]
    batch.insert(
        YearClose,
        id=year_id,
        company=company_id,
        period=period_id,
        result=result,
        closed_at=batch.now,
        closed_by=batch.actor.name,
        reversed_by="",
        reason="",
    )
    amounts = [Amount(Purpose.RETAINED, -row.balance, account_id=row.account_id) for row in carried]
    entry = Entry(
        kind=Journal.Kind.YEAR_END.value,
        company_id=company_id,
        currency=currency,
        source=YEAR_CLOSED,
        source_id=year_id,
        effective_at=batch.now,
        accounting_on=ends_on,
        amounts=[*amounts, Amount(Purpose.RETAINED, -result)],
    )
    post_journals(batch, [entry])
    batch.decide("billing.close_year", YearClose, year_id, {"result": result, "accounts": len(carried)})
    close_period.inside(batch, period_id=period_id)
    return YearClosed(year_id, result)


@command("billing.reverse_year")
def reverse_year(batch: Batch, *, year_close_id: int, reason: str) -> YearClosed:
    """Take a year's closing back: its last period opens again, and the journal is mirrored by another one.

    Raises BadInput, NotFound, NotPermitted, YearIsOpen where it was reversed before, LaterYearClosed,
    PeriodOutOfOrder while a later period is closed.
    """
    reason = reason.strip()
    if not reason:
        raise BadInput(field="reason", reason=_("say why the year is opened again."))
    found = batch.read(LOCK_YEAR, year_close_id)
    if not found:
        raise NotFound(what=_("year close"), reference=year_close_id)
    _id, company_id, period_id, is_reversed, ends_on, currency, result = found[0]
    batch.actor.require(REVERSE_YEAR, company=company_id)
    if is_reversed:
        raise YearIsOpen(year=ends_on)
    if later := batch.read(LATER_YEARS, company_id, ends_on):
        raise LaterYearClosed(year=ends_on, later=later[0][0])
    reopen_period.inside(batch, period_id=period_id, reason=reason)
    lines = batch.read(YEAR_JOURNAL, year_close_id)
    entry = Entry(
        kind=Journal.Kind.YEAR_END.value,
        company_id=company_id,
        currency=currency,
        source=YEAR_REVERSED,
        source_id=year_close_id,
        effective_at=batch.now,
        accounting_on=ends_on,
        amounts=[
            Amount(Purpose.RETAINED, -amount, account_id=account) for _journal, account, amount in lines
        ],
        reverses_id=lines[0][0],
    )
    post_journals(batch, [entry])
    batch.update(
        YearClose, [year_close_id], reversed_at=batch.now, reversed_by=batch.actor.name, reason=reason[:200]
    )
    batch.decide("billing.reverse_year", YearClose, year_close_id, {"reason": reason[:200]})
    return YearClosed(year_close_id, result)
