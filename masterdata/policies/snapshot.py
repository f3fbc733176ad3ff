"""The values in effect, kept by the process: a verb that asks for a policy costs no query.

Read at the first question and then every few seconds, between pieces of work (a request, a task), never
inside one. The process that changes a value forgets its copy at once.
"""

import time
from dataclasses import dataclass, field
from datetime import date
from math import inf
from typing import Any

from celery.signals import task_prerun
from django.core.signals import request_started
from django.db import Error, connection

FRESH_S = 5.0

Dated = tuple[date, date | None, Any]  # from, to (exclusive), value


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Every value in effect, past and future ones too, as it stood under one version."""

    version: int = 0  # the newest value's id
    values: dict[tuple[str, str], list[Dated]] = field(default_factory=dict)  # by key and scope, newest first
    read_at: float = inf


_kept: Snapshot | None = None


def current() -> Snapshot:
    """The process's snapshot, read now if there is none."""
    global _kept
    if _kept is None:
        _kept = _read()
    return _kept


def find(key: str, scope: str, on: date) -> Any:
    """The stored value of a policy for exactly this scope on a day; None where there is none."""
    for valid_from, valid_to, value in current().values.get((key, scope), ()):
        if valid_from <= on and (valid_to is None or on < valid_to):
            return value
    return None


def forget() -> None:
    """Read afresh at the next question: this process has changed a value."""
    global _kept
    _kept = None


def assume(snapshot: Snapshot) -> None:
    """Keep this one until told otherwise. `Snapshot()` is a house that follows the defaults of the code."""
    global _kept
    _kept = snapshot


def refresh(**_: Any) -> None:
    """Look whether another process has changed a value; called before a request and before a task."""
    global _kept
    if _kept is not None and time.monotonic() - _kept.read_at > FRESH_S:
        try:
            _kept = _read()
        except Error:  # the work itself will say that the database is away
            return


request_started.connect(refresh, dispatch_uid="masterdata.policies")
task_prerun.connect(refresh, dispatch_uid="masterdata.policies")


def _read() -> Snapshot:
    values: dict[tuple[str, str], list[Dated]] = {}
    newest = 0
    with connection.cursor() as cursor:
        cursor.execute(IN_EFFECT)
        for pk, key, scope, valid_from, valid_to, value in cursor.fetchall():
            values.setdefault((key, scope), []).append((valid_from, valid_to, value))
            newest = max(newest, pk)
    return Snapshot(newest, values, time.monotonic())


IN_EFFECT = """
SELECT id, key, scope, valid_from, valid_to, value #>> '{}' FROM masterdata_policyvalue
WHERE scope = '*' OR approved_by_id IS NOT NULL ORDER BY valid_from DESC
"""
