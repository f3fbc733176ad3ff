"""Two people on one document see each other: who has it open for change, taking it over, and what saving asks.

A room wraps `claim` in a verb that checks its right and scope; the verb that saves from a page asks `refuse_held`
and ends with `let_go`. Programs are not asked: the version alone keeps them from overwriting.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import clock
from .batch import Batch
from .errors import StaleVersion
from .models import EditLock

HEARTBEAT_S = 20  # how often a page says that it is still there
LAPSES = timedelta(seconds=90)  # a page that was not heard of for so long holds nothing any more

# One's own is renewed, a lapsed one is anybody's, somebody else's only when it is taken over.
CLAIM = """
INSERT INTO kernel_editlock AS l (subject, subject_id, user_id, since, seen_at, note)
VALUES (%s::text, %s::bigint, %s::bigint, %s::timestamptz, %s::timestamptz, '')
ON CONFLICT (subject, subject_id) DO UPDATE SET user_id = excluded.user_id, seen_at = excluded.seen_at,
    since = CASE WHEN l.user_id = excluded.user_id AND l.seen_at > %s::timestamptz THEN l.since ELSE excluded.since END,
    taken_from_id = CASE WHEN l.seen_at <= %s::timestamptz THEN NULL
        WHEN l.user_id = excluded.user_id THEN l.taken_from_id ELSE l.user_id END,
    note = CASE WHEN l.seen_at <= %s::timestamptz THEN '' WHEN l.user_id = excluded.user_id THEN l.note
        ELSE %s::text END
WHERE l.user_id = excluded.user_id OR l.seen_at <= %s::timestamptz OR %s::bool"""

HELD = """
SELECT l.user_id, u.name, l.since, coalesce(l.taken_from_id, 0), l.note FROM kernel_editlock l
JOIN kernel_user u ON u.id = l.user_id
WHERE l.subject = %s::text AND l.subject_id = %s::bigint AND l.seen_at > %s::timestamptz"""

LET_GO = """
DELETE FROM kernel_editlock WHERE subject = %s::text AND subject_id = %s::bigint AND user_id = %s::bigint"""


@dataclass(frozen=True, slots=True)
class Holding:
    """Who has the document, since when, from whom it was taken and with which word."""

    user_id: int
    name: str
    since: datetime
    taken_from: int  # user id, 0: nobody
    note: str


class EditTakenOver(StaleVersion):
    """Somebody else has the document open for change; `changes` and `version` as for any stale form."""

    code = "kernel.edit_taken_over"
    message = _(
        "{document} is being changed by {actor}, who has it since {since}. Your entries are kept; compare, and take it "
        "back or leave it."
    )


def claim(
    batch: Batch, model: type[Model], subject_id: int, *, take_over: bool = False, note: str = ""
) -> Holding:
    """Hold the document for the actor, or renew the hold; who holds it then: the actor, or somebody else.

    `take_over`: from whoever has it, leaving them `note`.
    """
    label, lapsed = model._meta.label_lower, batch.now - LAPSES
    batch.write(
        CLAIM, label, subject_id, batch.actor.user_id, batch.now, batch.now, lapsed, lapsed, lapsed,
        note.strip()[:200], lapsed, take_over,
    )  # fmt: skip
    rows = batch.read(HELD, label, subject_id, lapsed)
    if not rows:  # whoever had it has let go between the two
        return claim(batch, model, subject_id, take_over=take_over, note=note)
    return Holding(*rows[0])


def holder(batch: Batch, model: type[Model], subject_id: int) -> Holding | None:
    """Who has the document open for change, if anybody has."""
    rows = batch.read(HELD, model._meta.label_lower, subject_id, batch.now - LAPSES)
    return Holding(*rows[0]) if rows else None


def seen(model: type[Model], subject_id: int) -> Holding | None:
    """Who has the document open for change, for a page."""
    locks = EditLock.objects.filter(
        subject=model._meta.label_lower, subject_id=subject_id, seen_at__gt=clock.now() - LAPSES
    )
    lock = locks.select_related("user").first()
    if lock is None:
        return None
    return Holding(lock.user_id, lock.user.name, lock.since, lock.taken_from_id or 0, lock.note)


def refuse_held(
    batch: Batch,
    model: type[Model],
    subject_id: int,
    *,
    document: str,
    changes: Sequence[dict[str, Any]],
    version: int,
) -> None:
    """Refuse to save while somebody else has the document: EditTakenOver with both values."""
    found = holder(batch, model, subject_id)
    if found is not None and found.user_id != batch.actor.user_id:
        raise EditTakenOver(
            document=document,
            actor=found.name,
            since=f"{timezone.localtime(found.since):%H:%M}",
            changes=changes,
            version=version,
            held=True,
        )


def let_go(batch: Batch, model: type[Model], subject_id: int) -> None:
    """The actor has finished with the document."""
    batch.write(LET_GO, model._meta.label_lower, subject_id, batch.actor.user_id)
