"""The application's own processes, and what must be true of the database before they start."""

import hashlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NoReturn
from urllib.error import HTTPError

from . import postgres, processes
from .console import say
from .stack import ROOT, Stack, var_folder

QUEUES = "default,billing,planning,reports"
OWN_TABLES = """
    SELECT format('%I.%I', relnamespace::regnamespace, relname) FROM pg_class
    WHERE relowner = current_user::regrole AND relkind IN ('r', 'p', 'm') AND NOT relispartition
"""
PROCESS_KIND = {"web": "web", "worker": "worker", "beat": "worker"}


def command(name: str) -> list[str]:
    """The command line of web, worker or beat; addresses and sizes come from the environment."""
    given, cores = os.environ.get, str(os.cpu_count() or 2)
    if name == "web":
        return [
            *(
                "gunicorn",
                "erp.wsgi",
                "--bind",
                f"{given('WEB_HOST', '127.0.0.1')}:{given('WEB_PORT', '8000')}",
            ),
            *("--workers", given("WEB_WORKERS", cores), "--threads", given("WEB_THREADS", "4")),
            *("--timeout", "60", "--graceful-timeout", "10", "--log-level", "warning"),
            "--preload",  # the application is imported once, and its workers share the memory
            "--no-control-socket",  # it would lie in the home folder, shared by every project of this account
        ]
    celery = ["celery", "--app", "erp.celery", "--quiet"]
    if name == "worker":
        concurrency = given("WORKER_CONCURRENCY", cores)
        pool = ["--queues", QUEUES, "--concurrency", concurrency, "--without-gossip", "--without-mingle"]
        return [*celery, "worker", *pool, "--loglevel", "INFO"]
    schedule = var_folder() / "beat"
    schedule.mkdir(parents=True, exist_ok=True)
    return [*celery, "beat", "--schedule", str(schedule / "schedule"), "--pidfile", "", "--loglevel", "INFO"]


def become(name: str) -> NoReturn:
    """Turn this process into web, worker or beat: under our supervisor, or as a container's only process."""
    os.environ["ERP_PROCESS"] = PROCESS_KIND[name]
    os.environ.pop("DATABASE_OWNER_URL", None)  # whoever breaks in here does not become the schema's owner
    os.chdir(ROOT)
    processes.die_with_parent(signal.SIGTERM)
    # Celery scolds a worker of root's at length; in a demo as root that is the user's own choice.
    quiet = ["-W", "ignore:You're running the worker with superuser"]
    os.execv(sys.executable, [sys.executable, *quiet, "-m", *command(name)])


def setup_line(line: str) -> None:
    say("setup", line)


def manage(
    stack: Stack, *arguments: str, owner: bool = False, show: Callable[[str], None] = setup_line
) -> None:
    """Run one of Django's commands and show its lines. Exits when it fails."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=stack.environment("admin", owner=owner),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # Ctrl-C comes through us
        preexec_fn=lambda: processes.die_with_parent(signal.SIGTERM),
    )
    assert process.stdout
    try:
        for line in process.stdout:
            show(line.rstrip("\n"))
    except BaseException:
        process.terminate()
        raise
    if process.wait():
        raise SystemExit(f"manage.py {' '.join(arguments)} failed.")


def collect_static(stack: Stack) -> None:
    """Hash and compress the static files, unless those of the last start are still the same (it takes seconds)."""
    now = _digest((ROOT / "static").rglob("*"))
    stamp = stack.var / "static.collected"
    if not stamp.exists() or stamp.read_text() != now:
        manage(stack, "collectstatic", "--no-input", "--clear", "--verbosity", "0")
        stamp.write_text(now)


def prepare(stack: Stack) -> None:
    """Schema, rights, demo company and statistics, in this order, before anything connects.

    The table of migrations keeps as its comment what was last installed: while that is the same, both commands have
    nothing to do, and starting Django to find that out takes longer than the web process does.
    """
    now = version_of_schema()
    url = stack.addresses()["DATABASE_OWNER_URL"]
    with postgres.connected(url) as cursor:
        cursor.execute("SELECT obj_description(to_regclass('django_migrations'), 'pg_class')")
        (made_of,) = cursor.fetchone() or (None,)
    if made_of != now:
        manage(stack, "install", owner=True)
        manage(stack, "seed", "--if-empty")
        with postgres.connected(url) as cursor:
            cursor.execute("COMMENT ON TABLE django_migrations IS %s", [now])
    analyze(stack)


def version_of_schema() -> str:
    """What the migrations, and the kernel that they use, are."""
    sources = [*ROOT.glob("*/migrations/*.py"), *(ROOT / "erp" / "kernel").rglob("*.py")]
    return f"Meridian {_digest(sources)}"


def _digest(paths: Iterable[Path]) -> str:
    """What these files and the pinned packages are, as one text."""
    digest = hashlib.sha256()
    for path in sorted({ROOT / "requirements.txt", *(path for path in paths if path.is_file())}):
        digest.update(os.fsencode(path.relative_to(ROOT)) + b"\0" + path.read_bytes())
    return digest.hexdigest()


def analyze(stack: Stack) -> None:
    """Refresh the planner's statistics: a prepared statement keeps the plan it got on an empty table."""
    with postgres.connected(stack.addresses()["DATABASE_OWNER_URL"]) as cursor:
        cursor.execute(OWN_TABLES)
        if tables := [name for (name,) in cursor.fetchall()]:
            cursor.execute(f"ANALYZE {', '.join(tables)}")


def wait_for_web(stack: Stack, *, seconds: float = 300) -> None:
    """Return as soon as the web process says that it is ready; a busy machine takes minutes."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        try:
            with urllib.request.urlopen(f"{address(stack)}/health/ready", timeout=5):
                return
        except HTTPError as error:
            if error.code < 500:
                return
        except OSError:
            pass  # nobody listens yet, or the first answer takes its time
        time.sleep(0.1)
    raise SystemExit(f"The web process does not answer; its last words are in {stack.var}/log/web.log")


def address(stack: Stack) -> str:
    return f"http://127.0.0.1:{stack.web_port}"
