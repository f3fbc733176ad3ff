"""The outbox: claim due rows, handle them and tick them in one transaction; a poke only makes it faster."""

import json
import logging
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, transaction

from .actor import Actor
from .batch import Batch
from .clock import now as database_now
from .events import Subscriber, subscribers

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
POKE_EVERY_S = 0.2

# Due: not done, not dead, its time has come, and no older row of the same subscriber and document waits.
CLAIM = """
SELECT o.id, o.payload FROM kernel_outboxentry o
WHERE o.subscriber = %s::text AND o.done_at IS NULL AND o.dead_at IS NULL AND o.due_at <= statement_timestamp()
  AND NOT EXISTS (SELECT 1 FROM kernel_outboxentry older
        WHERE older.subscriber = o.subscriber AND older.document = o.document
          AND older.id < o.id AND older.done_at IS NULL)
ORDER BY o.id LIMIT %s::int FOR NO KEY UPDATE OF o SKIP LOCKED"""

TICK = "UPDATE kernel_outboxentry SET done_at = now() WHERE id = ANY(%s::bigint[])"

# Back off 2, 4, 8, ... seconds; after MAX_ATTEMPTS the row is dead and waits for a person.
FAIL = f"""
UPDATE kernel_outboxentry SET attempts = attempts + 1, error = %s::text,
    due_at = statement_timestamp() + make_interval(secs => power(2, attempts + 1)),
    dead_at = CASE WHEN attempts + 1 >= {MAX_ATTEMPTS} THEN now() END
WHERE id = ANY(%s::bigint[])"""


@dataclass(slots=True)
class Delivered:
    """What one round did."""

    handled: int = 0
    failed: int = 0


def deliver(name: str, *, rounds: int = 1000) -> Delivered:
    """Handle what is due for one subscriber until nothing is left, in transactions of its batch size."""
    subscriber = subscribers()[name]
    total = Delivered()
    size = subscriber.size
    for _ in range(rounds):
        claimed: list[int] = []
        try:
            handled = _round(subscriber, size, claimed)
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
    return total


def _round(subscriber: Subscriber, size: int, claimed: list[int]) -> int:
    with transaction.atomic(durable=True):
        batch = Batch(Actor.system(subscriber.name), database_now())
        batch.write("SELECT set_config('erp.actor', %s::text, true)", batch.actor.name)
        rows = batch.read(CLAIM, subscriber.name, size)
        if not rows:
            return 0
        claimed.extend(row[0] for row in rows)
        subscriber.handler(batch, [subscriber.event(**json.loads(payload)) for _, payload in rows])
        batch.close()
        batch.write(TICK, claimed)
    poke(batch.told)
    return len(rows)


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

AWAY_S = (
    5.0  # after a failed poke the sweep is trusted for this long, so that no verb waits for a dead broker
)

_poked: dict[str, float] = {}
_away = {"until": 0.0}
_lock = threading.Lock()


def poke(names: Iterable[str]) -> None:
    """Ask a worker to deliver soon. Quiet when the broker is away: beat's sweep finds the rows anyway.

    At most one poke and one trailing poke per subscriber and fifth of a second leave this process, so a run of
    thousands of verbs does not flood the broker.
    """
    for name in names:
        with _lock:
            if time.monotonic() < _away["until"]:
                return
            wait = _poked.get(name, 0.0) + POKE_EVERY_S - time.monotonic()
            if wait > POKE_EVERY_S:  # a trailing poke is under way already
                continue
            _poked[name] = time.monotonic() + max(wait, 0.0)
        _send(name, max(wait, 0.0))


def _send(name: str, wait: float) -> None:
    from .tasks import deliver_outbox

    try:
        deliver_outbox.apply_async(
            args=[name],
            countdown=wait or None,
            queue=subscribers()[name].queue,
            ignore_result=True,
            retry=False,
        )
    except Exception:
        _away["until"] = time.monotonic() + AWAY_S
        log.warning("broker away, the sweep will deliver to %s", name)
