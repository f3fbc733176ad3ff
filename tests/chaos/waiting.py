"""Waiting for something to become true, with an end and a reason."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

EVERY_S = 0.05


def until(condition: Callable[[], T], what: str, *, seconds: float = 60, also: Callable[[], Any] = str) -> T:
    """The first true answer of `condition`; fails with `what` never happened, and what `also` then says.

    An exception of `condition` counts as "not yet": services are down for a while here, that is the point.
    """
    give_up = time.monotonic() + seconds
    last: Any = None
    while time.monotonic() < give_up:
        try:
            last = condition()
            if last:
                return last
        except Exception as error:
            last = error
        time.sleep(EVERY_S)
    raise AssertionError(f"after {seconds:.0f} s still not: {what}; last answer: {last!r} {also()}")
