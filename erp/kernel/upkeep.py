"""What the ground tidies by itself: partitions ahead of time, and rows whose time of keeping is over.

Each chore runs once per period, whoever asks and how often: the first to write the period's key does the
work, in the same transaction. A doubled or late beat changes nothing, a missed period is made up by the next.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps

from celery import shared_task
from django.db import connection, transaction

from . import clock
from .jobs import delete_jobs
from .models import EditLock, IdempotencyKey, Job, OutboxEntry, ProofRun

log = logging.getLogger(__name__)

OUTBOX_KEPT = timedelta(days=7)
KEYS_KEPT = timedelta(days=30)
JOBS_KEPT = timedelta(days=7)
PROOFS_KEPT = timedelta(days=90)
LOCKS_KEPT = timedelta(days=1)
MONTHS_AHEAD = 3
PARTITIONED = ("kernel_decision",)
CHUNK = 5000

CLAIM = """INSERT INTO kernel_idempotencykey (actor, command, key, request_hash, created_at)
    VALUES ('system:beat', %s::text, %s::text, '', clock_timestamp())
    ON CONFLICT ON CONSTRAINT idempotency_key_unique DO NOTHING"""


def claim_period(chore: str, period: str) -> bool:
    """Whether this transaction is the first to do `chore` for `period` ("2026-11-23").

    A second claimant waits for the first to commit, then gets False; if the first fails, it gets True.
    """
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [chore, period])
        return bool(cursor.rowcount)


def daily(chore: Callable[[datetime], None]) -> Callable[[], None]:
    """A chore done once per UTC day, given the present instant, in one transaction with its claim."""

    @wraps(chore)
    def once() -> None:
        at = clock.now()
        with transaction.atomic():
            if claim_period(chore.__name__, f"{at:%Y-%m-%d}"):
                chore(at)

    return once


@shared_task
@daily
def make_partitions(at: datetime) -> None:
    """Have the tables of the coming months ready, so that no row falls into the default partition."""
    with connection.cursor() as cursor:
        for table in PARTITIONED:
            cursor.execute("SELECT kernel_make_partitions(%s::regclass, %s)", [table, MONTHS_AHEAD])


@shared_task
@daily
def purge_finished(at: datetime) -> None:
    """Forget delivered facts, old keys of commands, lapsed edit locks, finished jobs with files, old proof runs."""
    delivered = OutboxEntry.objects.filter(done_at__lt=at - OUTBOX_KEPT)
    keys = IdempotencyKey.objects.filter(created_at__lt=at - KEYS_KEPT)
    runs = ProofRun.objects.filter(started_at__lt=at - PROOFS_KEPT)
    lapsed = EditLock.objects.filter(seen_at__lt=at - LOCKS_KEPT)
    counts = {rows.model.__name__: rows._raw_delete(rows.db) for rows in (delivered, keys, runs, lapsed)}
    finished = list(Job.objects.filter(finished_at__lt=at - JOBS_KEPT)[:CHUNK])
    delete_jobs(finished)
    log.info("purged", extra={**counts, "Job": len(finished)})
