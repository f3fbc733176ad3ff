"""Holding a row that others need, and seeing who waits for it."""

import psycopg2
from django.db import connection

from .stack import PrivateStack

WAITING = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND usename = current_user"


class HeldRow:
    """Keeps the rows of a locking SELECT locked inside the block, from a session of its own."""

    def __init__(self, stack: PrivateStack, select: str) -> None:
        self.address, self.select = stack.addresses["DATABASE_URL"], select

    def __enter__(self) -> None:
        self.session = psycopg2.connect(self.address)
        with self.session.cursor() as cursor:
            cursor.execute(self.select)
            assert cursor.rowcount, "there is nothing to hold"

    def __exit__(self, *exc: object) -> None:
        self.session.close()


def waiting_sessions() -> set[int]:
    """Server processes of the application that wait for a lock at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return {pid for (pid,) in cursor.fetchall()}
