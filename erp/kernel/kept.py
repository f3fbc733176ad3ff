"""Rows that seldom change, kept by the process: a verb that asks for them costs no query.

    _rules = Kept("orders.rulebook", read_rules)
    _rules.current()

Read at the first question and then every few seconds, between pieces of work (a request, a task), never inside one.
The process that changes such a row forgets its copy at once.
"""

import time
from collections.abc import Callable
from math import inf
from typing import Any, ClassVar, Generic, TypeVar

from celery.signals import task_prerun
from django.core.signals import request_started
from django.db import Error, transaction

T = TypeVar("T")


class Kept(Generic[T]):
    """One process's copy of what `read` answers. `name` tells it from others."""

    FRESH_S: ClassVar = 5.0

    def __init__(self, name: str, read: Callable[[], T]) -> None:
        self._read = read
        self._value: T | None = None
        self._read_at = inf
        for signal in (request_started, task_prerun):
            signal.connect(self.refresh, weak=False, dispatch_uid=name)

    def current(self) -> T:
        """The copy, read now if there is none."""
        value = self._value
        if value is None:
            value = self._read()
            self._take(value)
        return value

    def forget(self) -> None:
        """Read afresh at the next question."""
        self._value = None

    def changed(self) -> None:
        """This process has changed a row: it counts at once, also for a thread that reads before the commit."""
        self.forget()
        transaction.on_commit(self.forget)

    def assume(self, value: T) -> None:
        """Keep this one until told otherwise."""
        self._value, self._read_at = value, inf

    def refresh(self, **_: Any) -> None:
        """Look whether another process has changed a row; called before a request and before a task."""
        if self._value is not None and time.monotonic() - self._read_at > self.FRESH_S:
            try:
                self._take(self._read())
            except Error:  # the work itself will say that the database is away
                return

    def _take(self, value: T) -> None:
        self._value, self._read_at = value, time.monotonic()
