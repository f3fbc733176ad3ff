"""Seal the ledgers' days that are over."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from billing.closing.models import LedgerSeal
from billing.closing.seals import DAY, FIRST, HEADS, chain, digests
from erp.kernel.batch import Batch
from erp.kernel.command import command

# A day is sealed when nothing that was recorded on it can still be in flight: transactions end after ten minutes.
AFTER = timedelta(hours=1)

LOCK = "SELECT pg_advisory_xact_lock(hashtext('billing.seal_days'))"
LAST = "SELECT day, hash FROM billing_ledgerseal WHERE ledger = %s::text ORDER BY day DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class DaysSealed:
    """How many days of each ledger were sealed."""

    journal: int
    stock: int


@command("billing.seal_days")
def seal_days(batch: Batch) -> DaysSealed:
    """Seal every day that is over and not sealed yet, in order; asked again, it finds nothing to do.

    Statements do not depend on the number of days.
    """
    batch.read(LOCK)
    until = (batch.now - AFTER).astimezone(UTC).date() - DAY
    return DaysSealed(**{ledger: _seal(batch, ledger, until) for ledger in HEADS})


def _seal(batch: Batch, ledger: str, until: date) -> int:
    last = batch.read(LAST, ledger)
    if last:
        since, previous = last[0][0] + DAY, last[0][1]
    else:
        ((first,),) = batch.read(f"SELECT min(recorded_at) FROM {HEADS[ledger]}")
        if first is None:
            return 0
        since, previous = first.astimezone(UTC).date(), FIRST
    if since > until:
        return 0
    span = [_midnight(since), _midnight(until + DAY)]
    links = chain(batch.read(digests(ledger), *span, *span), since=since, until=until, previous=previous)
    batch.insert(
        LedgerSeal,
        ledger=ledger,
        day=[link.day for link in links],
        rows=[link.rows for link in links],
        digest=[link.digest for link in links],
        previous=[link.previous for link in links],
        hash=[link.hash for link in links],
        sealed_at=batch.now,
    )
    return len(links)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
