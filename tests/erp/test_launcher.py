"""The launcher: what it decides, what it remembers, and what the roles it makes may do."""

import json
import os
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from erp.launcher import application, backup, check, processes, stack, supervisor
from erp.launcher.console import Follower

GIVEN = {
    "DATABASE_URL": "postgres://app@db.example/erp",
    "DATABASE_OWNER_URL": "postgres://owner@db.example/erp",
    "REDIS_URL": "redis://broker.example",
}


@pytest.fixture
def given_services(monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.delenv("WEB_PORT", raising=False)
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, value)


def test_given_addresses_are_used_and_the_secret_key_is_kept(given_services, tmp_path):
    first = stack.Stack.decide(tmp_path)
    again = stack.Stack.decide(tmp_path)
    written = json.loads((tmp_path / "environment.json").read_text())
    assert {name: written[name] for name in GIVEN} == GIVEN
    assert len(first.secret_key) > 50
    assert again.secret_key == first.secret_key == written["SECRET_KEY"]


def test_what_is_secret_is_readable_by_its_owner_only(given_services, tmp_path):
    stack.Stack.decide(tmp_path)
    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in tmp_path.iterdir()}
    assert modes == {"stack.json": "0o600", "environment.json": "0o600"}


def test_half_of_the_addresses_is_a_mistake(given_services, monkeypatch):
    monkeypatch.delenv("DATABASE_OWNER_URL")
    with pytest.raises(SystemExit, match="DATABASE_URL, REDIS_URL set, but not DATABASE_OWNER_URL"):
        stack.external()


def test_a_port_is_promised_once():
    wanted = processes.free_port()
    assert processes.claim_port(wanted) == wanted
    assert processes.claim_port(wanted) != wanted


def test_a_process_number_alone_proves_nothing(tmp_path):
    pid_file = tmp_path / "server.pid"
    pid_file.write_text(f"{os.getpid()}\n/some/folder\n")
    assert processes.process_of(pid_file, "python") == os.getpid()
    assert processes.process_of(pid_file, "postgres -D /some/folder") is None
    assert processes.process_of(tmp_path / "missing.pid", "python") is None


def test_a_lock_is_held_by_one(tmp_path):
    first, second = processes.Lock(tmp_path / "lock"), processes.Lock(tmp_path / "lock")
    assert first.try_exclusive()
    assert not second.try_exclusive()
    first.release()
    assert second.try_exclusive()


def test_supervisor_reads_what_we_write_whatever_the_folder_is_called(given_services, tmp_path, monkeypatch):
    odd = tmp_path / "my erp 100%"
    odd.mkdir()
    monkeypatch.setattr(supervisor, "ROOT", odd)
    parser = ConfigParser(inline_comment_prefixes=(" ;",))
    parser.read_string(supervisor.configuration(stack.Stack.decide(odd), supervisor.SERVICES))
    assert parser["program:web"]["directory"] == str(odd)
    assert parser["program:postgres"]["stopsignal"] == "INT"
    assert parser["group:application"]["programs"] == "web,worker,beat"
    started = {name: parser[f"program:{name}"]["autostart"] for name in ("postgres", "broker", "web", "beat")}
    assert started == {"postgres": "true", "broker": "true", "web": "false", "beat": "false"}


def test_given_services_are_not_supervised(given_services, tmp_path):
    text = supervisor.configuration(stack.Stack.decide(tmp_path), services=())
    assert "program:postgres" not in text
    assert "group:services" not in text


def test_web_keeps_its_control_socket_out_of_the_home_folder(monkeypatch):
    monkeypatch.setenv("WEB_PORT", "8123")
    command = application.command("web")
    assert "--no-control-socket" in command
    assert "127.0.0.1:8123" in command


def test_console_shows_whole_lines_across_a_rotation(tmp_path):
    log = tmp_path / "web.log"
    log.write_text("before the start\n")
    follower = Follower(log)
    with log.open("a") as file:
        file.write("one\nhal")
    assert follower.lines() == ["one"]
    with log.open("a") as file:
        file.write("f\n")
    assert follower.lines() == ["half"]
    log.rename(tmp_path / "web.log.1")
    log.write_text("after\n")
    assert follower.lines() == ["after"]


@pytest.mark.parametrize(
    ("said", "copyleft"),
    [
        ("GPL-3.0-or-later", True),
        ("License :: OSI Approved :: GNU Affero General Public License v3", True),
        ("AGPL-3.0", True),
        ("LGPL with exceptions", False),
        ("License :: OSI Approved :: GNU Lesser General Public License v3 (LGPLv3)", False),
        ("BSD-3-Clause", False),
    ],
)
def test_copyleft_is_told_from_its_lesser_form(said, copyleft):
    assert bool(check.COPYLEFT.search(said)) is copyleft


@pytest.fixture
def own_folder():
    """A folder below the test stack's, which PostgreSQL's account can reach (pytest's own is closed)."""
    folder = Path(os.environ["ERP_VAR"]) / f"launcher-{os.environ.get('PYTEST_XDIST_WORKER', 'gw0')}"
    shutil.rmtree(folder, ignore_errors=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


ROLES = """
import json, os, psycopg2
found = {}
for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
    session = psycopg2.connect(os.environ[name])
    cursor = session.cursor()
    cursor.execute("SELECT current_user, rolsuper, rolcreatedb, rolcreaterole,"
                   " has_schema_privilege('public', 'CREATE'), has_database_privilege(current_database(), 'TEMP'),"
                   " current_setting('fsync'), current_setting('data_checksums')"
                   " FROM pg_roles WHERE rolname = current_user")
    found[name] = cursor.fetchone()
print(json.dumps(found))
"""


def test_neither_role_is_a_superuser_and_only_the_owner_makes_tables(own_folder):
    environment = {**os.environ, "ERP_VAR": str(own_folder)}
    for name in (*GIVEN, "SECRET_KEY", "WEB_PORT"):
        environment.pop(name, None)
    command = [sys.executable, "-m", "erp.launcher", "run", "--", sys.executable, "-c", ROLES]
    done = subprocess.run(command, cwd=stack.ROOT, env=environment, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    common = ["on", "on"]
    assert json.loads(done.stdout) == {
        "DATABASE_URL": ["erp_app", False, False, False, False, False, *common],
        "DATABASE_OWNER_URL": ["erp_owner", False, False, False, True, True, *common],
    }
    assert not (own_folder / "postgres" / "postmaster.pid").exists()


def test_a_backup_is_made_while_files_come_and_go(tmp_path, monkeypatch):
    below = tmp_path / "files"
    (below / "jobs").mkdir(parents=True)
    (below / "paper.pdf").write_bytes(b"kept")
    (below / ".12ab.part").write_bytes(b"half")
    (below / "jobs" / "export.csv").write_bytes(b"purged")
    copy = shutil.copy2

    def purged_before(source, target):
        if Path(source).name == "export.csv":
            Path(source).unlink()
        copy(source, target)

    monkeypatch.setattr(shutil, "copy2", purged_before)
    backup.copy_files(below, tmp_path / "backup")
    copied = [path for path in (tmp_path / "backup").rglob("*") if path.is_file()]
    assert [(path.name, path.read_bytes()) for path in copied] == [("paper.pdf", b"kept")]
