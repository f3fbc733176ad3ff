"""The database's clock, without a round trip per question.

The process clock of a worker may be a day off; due times, periods and dates may not. So each process measures
once where the database's clock stands against its own monotonic clock, which no one sets, and adds what has
passed since. Every minute the next call outside a transaction measures again.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

REMEASURE_AFTER_S = 60.0


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at both clocks: the database's instant, and the monotonic seconds half-way through asking."""

    database: datetime
    monotonic_s: float


_reading: Reading | None = None


def now() -> datetime:
    """The present instant by the database's clock, aware, in UTC; raises OperationalError if never measured.

    Inside a transaction an old measurement serves: a verb's statements stay the same in number, and one that
    already failed can still tell the time.
    """
    global _reading
    reading = _reading
    stale = reading is None or time.monotonic() - reading.monotonic_s > REMEASURE_AFTER_S
    if reading is None or (stale and not connection.in_atomic_block):
        reading = _reading = measure()
    return reading.database + timedelta(seconds=time.monotonic() - reading.monotonic_s)


def measure() -> Reading:
    """Ask the database for its clock; one round trip."""
    before = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (instant,) = cursor.fetchone()
    return Reading(instant, (before + time.monotonic()) / 2)
