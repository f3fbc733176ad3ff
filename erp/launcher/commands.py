"""The verbs: `python -m erp.launcher demo | run -- CMD | test -- CMD | exec NAME | control ...`."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NoReturn

from . import application, broker, postgres, supervisor
from .console import COLOURS, Console
from .processes import Lock
from .stack import GIVEN, Stack, external, var_folder


def demo() -> int:
    """Services, schema, demo company, web, worker and beat in the foreground, until Ctrl-C."""
    started = time.monotonic()
    stop_on_signals()
    with owned(var_folder()) as stack:
        console = Console(stack.var / "log", set(COLOURS) - {"setup"})
        console.start()
        running = launch(stack)
        try:
            application.collect_static(stack)
            wait_for_services(stack, running)
            application.prepare(stack)
            running.start_web()
            application.wait_for_web(stack)
            running.start_application()
            print(
                f"\nReady after {time.monotonic() - started:.1f} s: {application.address(stack)}", flush=True
            )
            application.manage(stack, "logins", show=print)
            print("Ctrl-C stops everything.\n", flush=True)
            running.wait()
            raise SystemExit("The supervisor ended by itself; make demo starts everything again.")
        except KeyboardInterrupt:
            print("\nStopping ...", flush=True)
        finally:
            ignore_signals()
            running.stop()
            console.stop()
    print(f"Stopped. The data stays in {stack.home}.", flush=True)
    return 0


def run(command: Sequence[str], *, throw_away: bool = False) -> int:
    """Run `command` with the addresses of this folder's services, or of its throw-away test services."""
    stop_on_signals()
    with services(throw_away=throw_away) as stack:
        if throw_away:
            application.collect_static(stack)  # pages of the tests load the files under their hashed names
        return call(stack, command, owner=throw_away)


@contextmanager
def services(*, throw_away: bool = False) -> Iterator[Stack]:
    """Database and broker of this folder, started if they do not run.

    Who finds them running joins as a guest; who started them waits for the guests before stopping. A test
    stack has a folder of its own, and never uses a database that somebody gave from outside.
    """
    var = var_folder()
    if throw_away:
        var /= "test"
        for name in GIVEN:
            os.environ.pop(name, None)
    var.mkdir(parents=True, exist_ok=True)
    guests = Lock(var / "guests.lock")
    guests.wait_shared()
    with ExitStack() as stopping:
        try:
            stack = stopping.enter_context(owned(var, throw_away=throw_away))
        except AlreadyRunning:
            stack = Stack.read(var)
            wait_for_services(stack)
        else:
            running = launch(stack)
            stopping.callback(running.stop)
            stopping.callback(ignore_signals)
            wait_for_services(stack, running)
            stopping.callback(guests.wait_exclusive)
        yield stack


def become(name: str) -> NoReturn:
    """What the supervisor starts: this process turns into one of the stack's."""
    if name == "postgres":
        postgres.become_server(Stack.read(var_folder()))
    if name == "broker":
        broker.become_broker(Stack.read(var_folder()))
    application.become(name)


def control(arguments: Sequence[str]) -> int:
    """supervisorctl for the running stack: status, restart application:worker, ..."""
    configuration = var_folder() / "supervisord.conf"
    ctl = [sys.executable, "-m", "supervisor.supervisorctl", "-c", str(configuration)]
    return subprocess.call([*ctl, *arguments])


class AlreadyRunning(SystemExit):
    """Another command holds this folder's services."""


@contextmanager
def owned(var: Path, *, throw_away: bool = False) -> Iterator[Stack]:
    """The stack of a folder, ours alone to start and stop; leftovers of a killed run are cleared away."""
    (var / "log").mkdir(parents=True, exist_ok=True)
    lock = Lock(var / "lock")
    if not lock.try_exclusive():
        raise AlreadyRunning(f"Already running for this folder ({var}).")
    supervisor.stop_orphan(var)
    with suppress(FileNotFoundError):
        left = Stack.read(var)
        postgres.stop_orphan(left)
        broker.stop_orphan(left)
    yield Stack.decide(var, throw_away=throw_away)
    lock.release()


def launch(stack: Stack) -> supervisor.Supervisor:
    """The supervisor, and under it the services unless they are given from outside."""
    if external():
        return supervisor.Supervisor(stack, services=())
    broker.configure(stack)
    return supervisor.Supervisor(stack, services=supervisor.SERVICES)


def wait_for_services(
    stack: Stack, running: supervisor.Supervisor | None = None, *, seconds: float = 120
) -> None:
    """Return when database and broker answer and the roles exist. `running`: ours, so we make the roles.

    Two minutes: a crashed database first replays its log.
    """
    if external():
        return
    give_up = time.monotonic() + seconds
    database = postgres.answers if running else postgres.has_roles
    while not (database(stack) and broker.answers(stack)):
        if time.monotonic() > give_up or (running and not running.running()):
            raise SystemExit(f"Database or broker do not answer; their last words are in {stack.var}/log.")
        time.sleep(0.05)
    if running:
        postgres.create_roles(stack)


def call(stack: Stack, command: Sequence[str], *, owner: bool) -> int:
    """Run a command in the stack's environment and return its exit code."""
    environment = stack.environment("admin", owner=owner)
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    process = subprocess.Popen(command, env=environment)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt as interruption:
            if interruption.args != (signal.SIGINT,):  # the terminal already told the command about Ctrl-C
                process.send_signal(signal.SIGINT)


def stop_on_signals() -> None:
    """SIGTERM and SIGHUP end us as Ctrl-C does: in order, leaving nothing behind."""

    def interrupt(received: int, _: object) -> None:
        raise KeyboardInterrupt(received)

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, interrupt)


def ignore_signals() -> None:
    """While stopping, a second Ctrl-C must not leave half of it running."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
