"""One dated folder that brings a company back: the database as it was at one instant, and its files."""

import json
import os
import shutil
import subprocess
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from . import application, postgres
from .commands import services, stop_on_signals
from .stack import Stack

DUMP, FILES, ABOUT = "database.dump", "files", "about.json"


def backup(to: Path | None = None) -> int:
    """Write a backup below `to` (var/backup) and print its place. The system may go on working meanwhile."""
    stop_on_signals()
    with services() as stack:
        made_at = datetime.now(UTC)
        folder = (to or stack.var / "backup").resolve() / f"meridian-{made_at:%Y%m%d-%H%M%S}"
        unfinished = folder.with_name(folder.name + ".unfinished")
        unfinished.mkdir(parents=True, mode=0o700)
        # The files come second: each row's file is there, a file too many harms nobody.
        database_tool(
            stack,
            *("pg_dump", "--format=custom", "--no-owner", "--no-privileges"),
            *("--exclude-extension=pg_stat_statements", f"--file={unfinished / DUMP}"),
        )
        if (files := stack.var / FILES).exists():
            copy_files(files, unfinished / FILES)
        with postgres.connected(stack.addresses()["DATABASE_OWNER_URL"]) as cursor:
            cursor.execute("SELECT current_setting('server_version'), pg_database_size(current_database())")
            version, size = cursor.fetchone() or ("", 0)
        about = {"made_at": made_at.isoformat(), "postgresql": version, "database_bytes": size}
        (unfinished / ABOUT).write_text(json.dumps(about, indent=1) + "\n")
        unfinished.rename(folder)
    print(f"Backup: {folder}")
    return 0


def copy_files(source: Path, target: Path) -> None:
    """The files of a system at work: drafts are left out, and what is purged meanwhile is not missed."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("*.part"), copy_function=_copy_if_there)


def _copy_if_there(source: str, target: str) -> None:
    with suppress(FileNotFoundError):
        shutil.copy2(source, target)


def restore(folder: Path) -> int:
    """Bring a backup into an empty database, up to this version's schema, and prove the books."""
    stop_on_signals()
    if not (folder / ABOUT).exists():
        raise SystemExit(f"{folder} is no finished backup: it has no {ABOUT}.")
    with services() as stack:
        refuse_unless_empty(stack)
        database_tool(
            stack,
            *("pg_restore", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"),
            *(f"--dbname={urlsplit(owner_url(stack)).path.lstrip('/')}", str(folder.resolve() / DUMP)),
        )
        if (folder / FILES).exists():
            shutil.copytree(folder / FILES, stack.var / FILES, dirs_exist_ok=True)
        application.manage(stack, "install", owner=True)
        application.analyze(stack)
        application.manage(stack, "prove", show=print)
    print(f"Restored {folder}. Start it with: make demo")
    return 0


def refuse_unless_empty(stack: Stack) -> None:
    with postgres.connected(owner_url(stack)) as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        (tables,) = cursor.fetchone() or (0,)
    if tables:
        raise SystemExit(
            f"The database has {tables} tables. A backup is restored into an empty one only: use a new checkout"
            " or another folder (ERP_VAR=...)."
        )


def owner_url(stack: Stack) -> str:
    return stack.addresses()["DATABASE_OWNER_URL"]


def database_tool(stack: Stack, name: str, *arguments: str) -> None:
    """Run pg_dump or pg_restore as the schema's owner; the password stays out of the process list."""
    url = urlsplit(owner_url(stack))
    env = {
        **os.environ,
        "PGHOST": url.hostname or "",
        "PGPORT": str(url.port or 5432),
        "PGUSER": unquote(url.username or ""),
        "PGPASSWORD": unquote(url.password or ""),
        "PGDATABASE": url.path.lstrip("/"),
    }
    if subprocess.run([str(postgres.binaries() / name), *arguments], env=env).returncode:
        raise SystemExit(f"{name} failed; the reason is above.")
