"""Helpers of tests: counting statements, and many clients at once."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection

T = TypeVar("T")


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
