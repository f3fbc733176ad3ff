"""`make demo` in a folder of its own, and the means to hurt it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

from erp.launcher import supervisor
from erp.launcher.stack import ENVIRONMENT, GIVEN, ROOT, Stack

from .waiting import until

OURS = (*GIVEN, "DATABASE_APP_URL", "SECRET_KEY", "WEB_PORT", "ERP_PROCESS", "ERP_STATIC")
GROUP = {
    "postgres": "services",
    "broker": "services",
    "web": "application",
    "worker": "application",
    "beat": "application",
}
STOPPED = ("STOPPED", "EXITED", "FATAL")
MAKE_WORLD = "python manage.py install && python -m tests.chaos.world"


class PrivateStack:
    """web, worker, beat, PostgreSQL and broker under the launcher's supervisor, fsync on, seen from outside."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.output = folder / "launcher.log"

    # Starting and stopping

    def start(self) -> None:
        """A fresh folder, the bench company in it, and everything running."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self._launch("run", "--", "sh", "-c", MAKE_WORLD).wait()
        self.launcher = self._launch("demo")
        until(self.is_whole, "the whole stack runs", seconds=120, also=self.last_words)

    def stop(self) -> None:
        """As Ctrl-C does; whatever is left after a minute is killed."""
        self.launcher.send_signal(signal.SIGINT)
        try:
            self.launcher.wait(60)
        except subprocess.TimeoutExpired:
            self.launcher.kill()

    def _launch(self, *verb: str) -> "subprocess.Popen[bytes]":
        environment = {name: value for name, value in os.environ.items() if name not in OURS}
        environment |= {
            "ERP_VAR": str(self.folder),
            "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
            "WEB_WORKERS": "2",
            "WORKER_CONCURRENCY": "2",
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        }
        with self.output.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "erp.launcher", *verb],
                cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip

    # Looking

    @property
    def decided(self) -> Stack:
        """Ports, passwords and folders, as the launcher wrote them down."""
        return Stack.read(self.folder)

    @property
    def addresses(self) -> dict[str, str]:
        """Of database and broker, as the application's processes know them."""
        return dict(json.loads((self.folder / ENVIRONMENT).read_text()))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.decided.web_port}"

    def state(self, program: str) -> dict[str, Any]:
        return dict(supervisor.control(self.decided).getProcessInfo(f"{GROUP[program]}:{program}"))

    def pid(self, program: str) -> int:
        """The program's main process; 0 while it does not run."""
        return int(self.state(program)["pid"])

    def children(self, program: str) -> list[int]:
        """The processes that the program's main process has forked."""
        main = self.pid(program)
        return (
            [int(pid) for pid in Path(f"/proc/{main}/task/{main}/children").read_text().split()]
            if main
            else []
        )

    def is_whole(self) -> bool:
        """Does everything run, and does web say that it is fit and finds the broker?"""
        running = all(self.state(program)["statename"] == "RUNNING" for program in GROUP)
        with urllib.request.urlopen(f"{self.address}/health/ready", timeout=5) as answer:
            return running and answer.status == 200 and b'"broker": "ok"' in answer.read()

    def heal(self) -> None:
        """Start what a test has stopped, and wait until everything runs."""
        self.resume(*(program for program in GROUP if self.state(program)["statename"] in STOPPED))
        until(self.is_whole, "the whole stack runs again", seconds=90, also=self.last_words)

    def last_words(self) -> str:
        """The ends of all logs, for a failure's message."""
        words = [f"\n--- {self.output.name}\n{self.output.read_text(errors='replace')[-1500:]}"]
        words += [
            f"--- {path.name}\n{path.read_text(errors='replace')[-1500:]}"
            for path in sorted(self.folder.glob("log/*.log"))
        ]
        return "\n".join(words)

    # Hurting

    def kill(self, program: str) -> int:
        """kill -9 the program's main process; its number."""
        pid = self.pid(program)
        os.kill(pid, signal.SIGKILL)
        until(lambda: self.pid(program) != pid, f"the supervisor notices that {program} is dead")
        return pid

    def kill_children(self, program: str) -> list[int]:
        """kill -9 every process that the program's main process has forked; their numbers."""
        pids = self.children(program)
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until(lambda: not set(pids) & set(self.children(program)), f"the children of {program} are gone")
        return pids

    def halt(self, *programs: str) -> None:
        """Stop programs in order and leave them stopped."""
        for program in programs:
            supervisor.control(self.decided).stopProcess(f"{GROUP[program]}:{program}")

    def resume(self, *programs: str) -> None:
        """Start stopped programs; returns when the supervisor finds them running."""
        for program in programs:
            supervisor.control(self.decided).startProcess(f"{GROUP[program]}:{program}")
