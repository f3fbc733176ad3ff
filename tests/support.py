"""Helpers of tests: counting statements, many clients at once, and two in a given order."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection, transaction

T = TypeVar("T")
U = TypeVar("U")
PATIENCE_S = 30.0
LOOK_EVERY_S = 0.005


@dataclass
class Counted:
    statements: int = 0
    round_trips: int = 0


@contextmanager
def count_statements() -> Iterator[Counted]:
    """Statements asked for inside the block, those that waited for a ride included; BEGIN and COMMIT are not."""
    connection.ensure_connection()
    raw, counted = connection.connection, Counted()
    statements, round_trips = raw.statements, raw.round_trips
    yield counted
    counted.statements = raw.statements - statements
    counted.round_trips = raw.round_trips - round_trips


def run_concurrently(function: Callable[[Any], T], arguments: Iterable[Any]) -> list[T | Exception]:
    """Call `function` once per argument, all at the same moment, each on its own connection; results in order."""
    given = list(arguments)
    results: list[Any] = [None] * len(given)
    start = threading.Barrier(len(given))

    def work(place: int, argument: Any) -> None:
        try:
            connection.ensure_connection()
            start.wait()
            results[place] = function(argument)
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(given)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def in_turn(first: Callable[[], T], second: Callable[[], U]) -> tuple[T | Exception, U | Exception]:
    """Start `second` when `first` has written everything and not committed; both results.

    Nothing is left to chance: `first` commits when `second` waits for one of its locks, or has ended without.
    """
    results: list[Any] = [None, None]
    written, may_commit, ended = threading.Event(), threading.Event(), threading.Event()
    sessions: list[int] = []

    def lead() -> Any:
        block = transaction.atomic()
        block._from_testcase = True  # a verb opens its durable transaction inside it
        with block:
            result = first()
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")  # takes along what waits for a ride
            written.set()
            assert may_commit.wait(PATIENCE_S), "the second one never came"
        return result

    def follow() -> Any:
        connection.ensure_connection()
        sessions.append(connection.connection.get_backend_pid())
        return second()

    def work(place: int, function: Callable[[], Any], done: threading.Event) -> None:
        try:
            results[place] = function()
        except Exception as error:
            results[place] = error
        finally:
            done.set()
            connection.close()

    leader = threading.Thread(target=work, args=(0, lead, written))
    follower = threading.Thread(target=work, args=(1, follow, ended))
    leader.start()
    assert written.wait(PATIENCE_S), "the first one never got to its end"
    follower.start()
    while not ended.wait(LOOK_EVERY_S) and not _waits_for_a_lock(sessions):
        pass
    may_commit.set()
    leader.join()
    follower.join()
    return results[0], results[1]


def _waits_for_a_lock(sessions: list[int]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = ANY(%s) AND wait_event_type = 'Lock')",
            [sessions],
        )
        return bool(cursor.fetchone()[0])
