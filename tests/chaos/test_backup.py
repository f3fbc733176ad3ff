"""A company is carried into another folder: every row, every file, and books that prove; never over another one."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from erp.launcher import stack

COUNTS = """
import json, os, psycopg2
cursor = psycopg2.connect(os.environ["DATABASE_OWNER_URL"]).cursor()
cursor.execute("SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
found = {}
for (name,) in cursor.fetchall():
    cursor.execute(f"SELECT count(*) FROM {name}")
    (found[name],) = cursor.fetchone()
print(json.dumps(found))
"""


@pytest.fixture
def folders() -> Iterator[tuple[Path, Path]]:
    """Two folders of two checkouts, which PostgreSQL's account can reach."""
    base = Path(os.environ["ERP_VAR"]) / "backup test"  # a blank in the path, as users have them
    shutil.rmtree(base, ignore_errors=True)
    base.mkdir()
    yield base / "old", base / "new"
    shutil.rmtree(base, ignore_errors=True)


def launcher(var: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "ERP_VAR": str(var)}
    for name in (*stack.GIVEN, "SECRET_KEY", "WEB_PORT", "DJANGO_SETTINGS_MODULE", "ERP_PROCESS"):
        environment.pop(name, None)
    command = [sys.executable, "-m", "erp.launcher", *arguments]
    return subprocess.run(command, cwd=stack.ROOT, env=environment, text=True, capture_output=True)


def done(var: Path, *arguments: str) -> str:
    result = launcher(var, *arguments)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def counts(var: Path) -> dict[str, int]:
    return json.loads(done(var, "run", "--", sys.executable, "-c", COUNTS))


def files(var: Path) -> dict[str, bytes]:
    below = var / "files"
    return {str(path.relative_to(below)): path.read_bytes() for path in below.rglob("*") if path.is_file()}


def test_a_company_moves_with_every_row_and_file(folders: tuple[Path, Path]) -> None:
    old, new = folders
    seed = f"'{sys.executable}' manage.py install --verbosity 0 && '{sys.executable}' manage.py seed small"
    done(old, "run", "--", "sh", "-c", seed)
    paper = old / "files" / "invoices" / "2026" / "paper.pdf"
    paper.parent.mkdir(parents=True, exist_ok=True)
    paper.write_bytes(b"%PDF-1.7 kept")
    before = counts(old)
    assert before["billing_invoice"] > 50
    assert before["kernel_decision"] > 50

    backup = done(old, "backup").strip().removeprefix("Backup: ")
    told = done(new, "restore", backup)
    assert f"Restored {backup}" in told
    # the same rows, and the proof that restoring ended with
    assert counts(new) == {**before, "kernel_proofrun": before["kernel_proofrun"] + 1}
    assert files(new) == files(old)
    assert files(new)["invoices/2026/paper.pdf"] == b"%PDF-1.7 kept"

    # the old one has something to lose
    refused = launcher(old, "restore", backup)
    assert refused.returncode == 1
    assert "A backup is restored into an empty one only" in refused.stderr
    assert counts(old) == before
