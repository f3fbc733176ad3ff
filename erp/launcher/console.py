"""The processes' log files as one stream of labelled lines."""

import os
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO

COLOURS = {"web": 36, "worker": 35, "beat": 33, "postgres": 34, "broker": 32, "supervisor": 31, "setup": 37}
WIDTH = max(map(len, COLOURS))


def say(label: str, line: str) -> None:
    """Print one line of one process; coloured on a terminal only."""
    head = f"{label:<{WIDTH}} |"
    if sys.stdout.isatty():
        head = f"\033[{COLOURS.get(label, 37)}m{head}\033[0m"
    print(f"{head} {line}\n", end="", flush=True)


class Follower:
    """One log file, read from its present end, across rotations."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file: IO[str] | None = None
        self.rest = ""
        with suppress(FileNotFoundError):
            self._open().seek(0, 2)

    def _open(self) -> IO[str]:
        self.file = self.path.open(encoding="utf-8", errors="replace", newline="\n")
        return self.file

    def lines(self) -> list[str]:
        """The whole lines written since the last call."""
        text = ""
        with suppress(FileNotFoundError):
            file = self.file or self._open()
            text = file.read()
            if not text and self.path.stat().st_ino != os.fstat(file.fileno()).st_ino:
                file.close()
                text = self._open().read()
        *lines, self.rest = (self.rest + text).split("\n")
        return lines


class Console(threading.Thread):
    """Follows `labels`' files in a folder until it is stopped."""

    def __init__(self, folder: Path, labels: Iterable[str]) -> None:
        super().__init__(daemon=True)
        self.followers = {label: Follower(folder / f"{label}.log") for label in labels}
        self.stopping = threading.Event()

    def run(self) -> None:
        while not self.stopping.wait(0.1):
            self.show()
        self.show()

    def show(self) -> None:
        for label, follower in self.followers.items():
            for line in follower.lines():
                say(label, line)

    def stop(self) -> None:
        """Show what is left and end."""
        self.stopping.set()
        if self.is_alive():
            self.join()
