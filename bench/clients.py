"""Clients in processes of their own, so that two of them use two cores; one call at a time, all at once."""

import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

_spawn = multiprocessing.get_context("spawn")


def _serve(
    make: Callable[..., Any], arguments: tuple[Any, ...], keywords: dict[str, Any], pipe: Connection
) -> None:
    client = make(*arguments, **keywords)
    pipe.send("ready")
    while (asked := pipe.recv()) is not None:
        method, given = asked
        try:
            pipe.send(
                (
                    getattr(client, method)(*given)
                    if callable(getattr(client, method))
                    else getattr(client, method),
                    None,
                )
            )
        except Exception as error:
            pipe.send((None, repr(error)))


class Clients:
    """`count` copies of a client. `call` asks all of them the same thing and waits for all."""

    def __init__(self, count: int, make: Callable[..., Any], *arguments: Any, **keywords: Any) -> None:
        self._pipes: list[Connection] = []
        self._processes = []
        for seed in range(count):
            ours, theirs = _spawn.Pipe()
            process = _spawn.Process(
                target=_serve, args=(make, (*arguments, seed), keywords, theirs), daemon=True
            )
            process.start()
            self._pipes.append(ours)
            self._processes.append(process)
        for pipe in self._pipes:
            assert pipe.recv() == "ready"

    def call(self, method: str, *arguments: Any) -> tuple[list[Any], float]:
        """Every client's answer, and the seconds until the last one had it."""
        start = time.perf_counter()
        for pipe in self._pipes:
            pipe.send((method, arguments))
        answers = [pipe.recv() for pipe in self._pipes]
        seconds = time.perf_counter() - start
        for _, error in answers:
            if error:
                raise RuntimeError(error)
        return [answer for answer, _ in answers], seconds

    def close(self) -> None:
        for pipe in self._pipes:
            pipe.send(None)
        for process in self._processes:
            process.join(timeout=10)
