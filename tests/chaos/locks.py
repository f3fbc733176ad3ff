"""Holding a row that others need, and seeing who waits for it."""

from typing import Self

import psycopg2
from django.db import connection

from .stack import PrivateStack

WAITING = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND usename = current_user"
WAITING_FOR = "SELECT pid FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))"


class HeldRow:
    """Keeps the rows of a locking SELECT locked inside the block, from a session of its own."""

    def __init__(self, stack: PrivateStack, select: str) -> None:
        self.address, self.select = stack.addresses["DATABASE_URL"], select

    def __enter__(self) -> Self:
        self.session = psycopg2.connect(self.address)
        with self.session.cursor() as cursor:
            cursor.execute(self.select)
            assert cursor.rowcount, "there is nothing to hold"
        return self

    def __exit__(self, *exc: object) -> None:
        self.session.close()

    def waiting(self) -> set[int]:
        """Server processes that wait for what is held here."""
        with connection.cursor() as cursor:
            cursor.execute(WAITING_FOR, [self.session.info.backend_pid])
            return {pid for (pid,) in cursor.fetchall()}


def waiting_sessions() -> set[int]:
    """Server processes of the application that wait for a lock at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return {pid for (pid,) in cursor.fetchall()}
