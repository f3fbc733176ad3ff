"""The outbox: claim due rows, handle them and tick them in one transaction; a poke only makes it faster.

What is handled apart (mail, PDF) is claimed in a transaction of its own by a lease: the row is due again after it, in
case that nobody lives to tick it. Nothing is locked and no transaction is open while the mail server is waited for.
"""

import json
import logging
import os
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, transaction

from .actor import Actor
from .audit import signature
from .batch import Batch
from .clock import now as database_now
from .events import Event, Subscriber, subscribers

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
POKE_EVERY_S = 0.5  # a poke costs more than a read; the first after a rest goes at once
LEASE_S = 300  # longer than any mail or PDF takes: EMAIL_TIMEOUT, the renderer's limits
LATE_S = 60  # who is handled later than this after it was due is told of in the log

# Due: not done, not dead, its time has come, and no older row of the same subscriber and document waits.
CLAIM = """
SELECT o.id, o.payload, extract(epoch FROM statement_timestamp() - o.due_at)::float8 FROM kernel_outboxentry o
WHERE o.subscriber = %s::text AND o.done_at IS NULL AND o.dead_at IS NULL AND o.due_at <= statement_timestamp()
  AND NOT EXISTS (SELECT 1 FROM kernel_outboxentry older
        WHERE older.subscriber = o.subscriber AND older.document = o.document
          AND older.id < o.id AND older.done_at IS NULL)
ORDER BY o.id LIMIT %s::int FOR NO KEY UPDATE OF o SKIP LOCKED"""

LEASE = """
UPDATE kernel_outboxentry SET due_at = statement_timestamp() + make_interval(secs => %s::float8)
WHERE id = ANY(%s::bigint[])"""

TICK = "UPDATE kernel_outboxentry SET done_at = now() WHERE id = ANY(%s::bigint[])"

# Back off 2, 4, 8, ... seconds; after MAX_ATTEMPTS the row is dead and waits for a person: the administrator
# longest in office, until somebody else takes it.
FAIL = f"""
UPDATE kernel_outboxentry SET attempts = attempts + 1, error = %s::text,
    due_at = statement_timestamp() + make_interval(secs => power(2, attempts + 1)),
    dead_at = CASE WHEN attempts + 1 >= {MAX_ATTEMPTS} THEN now() END,
    owner_id = CASE WHEN attempts + 1 >= {MAX_ATTEMPTS} THEN coalesce(owner_id, (
        SELECT g.user_id FROM kernel_grant g JOIN kernel_user u ON u.id = g.user_id
        WHERE g.role = 'administrator' AND u.is_active ORDER BY g.id LIMIT 1)) ELSE owner_id END
WHERE id = ANY(%s::bigint[])"""


@dataclass(slots=True)
class Delivered:
    """What one round did, and how long the oldest of it had been due."""

    handled: int = 0
    failed: int = 0
    oldest_s: float = 0


def deliver(name: str, *, rounds: int = 1000) -> Delivered:
    """Handle what is due for one subscriber until nothing is left, in transactions of its batch size."""
    subscriber = subscribers()[name]
    total, handle = Delivered(), _apart if subscriber.apart else _round
    size = subscriber.size
    for _ in range(rounds):
        claimed: list[int] = []
        try:
            handled = handle(subscriber, size, claimed, total)
        except Exception as error:
            if size > 1:
                size = max(1, size // 2)  # halve until the bad one stands alone
                continue
            log.exception("%s failed", name, extra={"outbox": claimed})
            _fail(claimed, error)
            total.failed += len(claimed)
            continue
        if not handled:
            break
        total.handled += handled
        size = min(size * 2, subscriber.size)
    if total.handled and total.oldest_s > LATE_S:
        log.info("%s caught up: %d events, the oldest %d s late", name, total.handled, total.oldest_s)
    return total


def _round(subscriber: Subscriber, size: int, claimed: list[int], total: Delivered) -> int:
    with transaction.atomic(durable=True):
        batch = _batch_of(subscriber)
        events = _claim(batch, subscriber, size, claimed, total)
        if not events:
            return 0
        subscriber.handler(batch, events)
        batch.close()
        batch.write(TICK, claimed)
    poke(batch.told)
    return len(events)


def _apart(subscriber: Subscriber, size: int, claimed: list[int], total: Delivered) -> int:
    with transaction.atomic(durable=True):
        batch = _batch_of(subscriber)
        events = _claim(batch, subscriber, size, claimed, total)
        if not events:
            return 0
        batch.write(LEASE, LEASE_S, claimed)
    (event,) = events
    write = subscriber.handler(event)
    with transaction.atomic(durable=True):
        batch = _batch_of(subscriber)
        if write is not None:
            write(batch)
        batch.close()
        batch.write(TICK, claimed)
    poke(batch.told)
    return 1


def _batch_of(subscriber: Subscriber) -> Batch:
    batch = Batch(Actor.system(subscriber.name), database_now())
    batch.configure(signature(batch.actor))
    return batch


def _claim(
    batch: Batch, subscriber: Subscriber, size: int, claimed: list[int], total: Delivered
) -> list[Event]:
    """The events of the rows that are due, locked; their ids go into `claimed`, their age into `total`."""
    rows = batch.read(CLAIM, subscriber.name, size)
    claimed.extend(row[0] for row in rows)
    total.oldest_s = max([total.oldest_s, *(late_s for *_row, late_s in rows)])
    return [subscriber.event(**json.loads(payload)) for _id, payload, _late_s in rows]


def _fail(ids: list[int], error: Exception) -> None:
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(FAIL, [f"{type(error).__name__}: {error}"[:2000], ids])


def due_subscribers() -> list[str]:
    """Subscribers that have something due now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT subscriber FROM kernel_outboxentry"
            " WHERE done_at IS NULL AND dead_at IS NULL AND due_at <= statement_timestamp()"
        )
        known = subscribers()
        return [name for (name,) in cursor.fetchall() if name in known]


# Poking ----------------------------------------------------------------------------------------------


class Poker:
    """A thread that tells the workers, twice a second at most, which subscribers have something due.

    No verb waits for the broker or notices that it is away: beat's sweep finds what a lost poke did not tell.
    """

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._wake = threading.Condition()
        self._process = 0  # a forked worker has no thread of its parent's

    def poke(self, names: Iterable[str]) -> None:
        with self._wake:
            self._names.update(names)
            if self._process != os.getpid():
                self._process = os.getpid()
                threading.Thread(target=self._run, name="poker", daemon=True).start()
            self._wake.notify()

    def _run(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: bool(self._names))
                names, self._names = self._names, set()
            self._send(names)
            time.sleep(POKE_EVERY_S)

    def _send(self, names: set[str]) -> None:
        from .tasks import deliver_outbox

        known = subscribers()
        for queue in sorted({known[name].queue for name in names}):
            here = sorted(name for name in names if known[name].queue == queue)
            try:
                deliver_outbox.apply_async(args=[here], queue=queue, ignore_result=True, retry=False)
            except Exception:
                log.warning("broker away, the sweep will deliver to %s", ", ".join(here))


_poker = Poker()


def poke(names: Iterable[str]) -> None:
    """Ask the workers to deliver to these subscribers soon; returns at once."""
    if names := set(names):
        _poker.poke(names)
