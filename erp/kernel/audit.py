"""Reading and signing the history that triggers write (kernel_auditevent; erp.kernel.schema.Audited).

Verbs sign by themselves. Whatever else writes audited rows (a form of master data, an import, a command) does
so inside `signed(actor, reason)`; unsigned rows carry the database role that wrote them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from . import logs
from .actor import Actor
from .literals import literal
from .models import AuditEvent


def signature(actor: Actor, reason: str = "") -> str:
    """What a transaction says of itself to the triggers: who, why, for which request. No SELECT, which costs thrice."""
    request_id = actor.request_id or logs.request_id.get()
    return (
        f"SET LOCAL erp.actor = {literal(actor.name)};SET LOCAL erp.reason = {literal(reason)};"
        f"SET LOCAL erp.request_id = {literal(request_id)}"
    )


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one event: what it was and what it became, as stored."""

    field: str
    label: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of a record's history, as its page shows it."""

    at: datetime
    actor: str
    operation: str
    reason: str
    changes: list[Change]


@contextmanager
def signed(actor: Actor, reason: str = "") -> Iterator[None]:
    """A transaction whose audited changes carry this actor, reason and the request's id."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(signature(actor, reason))
        yield


def filed_under(row: Model) -> int:
    """The number under which the history keeps a row: its key, or what stands for a key that is no number."""
    return int(getattr(row, "history_id", row.pk))


def history_of(model: type[Model], pk: int, *, limit: int = 50) -> list[Entry]:
    """The newest events of one row, newest first, with the fields' own names.

    Whoever may see the row may see its history: the caller has checked. Insert and delete list all columns.
    """
    labels = {field.column: str(field.verbose_name) for field in model._meta.local_concrete_fields}
    events = AuditEvent.objects.filter(table=model._meta.db_table, row_id=pk).order_by("-id")[:limit]
    return [
        Entry(
            at=event.recorded_at,
            actor=event.actor,
            operation=event.operation,
            reason=event.reason,
            changes=[
                Change(column, labels.get(column, column), (event.before or {}).get(column), value)
                for column, value in (event.after or dict.fromkeys(event.before or {})).items()
            ],
        )
        for event in events
    ]
