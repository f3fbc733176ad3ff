"""What must be there before anything runs: packages, Pango for PDF, Chromium for the browser tests.

Run by any Python 3.11 or newer as a script, with nothing installed: `python3 prepare.py [--tests]`.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
PYTHON = str(VENV / "bin" / "python")
RUNTIME, TESTS = "requirements.txt", "requirements-dev.txt"

PANGO = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-dejavu-core")
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
PLAYWRIGHT = "chromium-*/chrome-*/chrome"  # below Playwright's own folder of browsers


def main(arguments: Sequence[str]) -> None:
    """Make the environment complete, or say in one line what is missing and exit."""
    tests = "--tests" in arguments
    environment([RUNTIME, TESTS] if tests else [RUNTIME])
    pango()
    if tests and not chromium():
        install_chromium()


def environment(requirements: Sequence[str]) -> None:
    """.venv with exactly the pinned packages; made anew when it is broken, refreshed when a pin changed."""
    if not runs([PYTHON, "-c", "import pip"]):
        print("Making .venv ...", flush=True)
        shutil.rmtree(VENV, ignore_errors=True)
        make_venv()
    for name in requirements:
        stamp = VENV / f"{name}.installed"
        wanted = hashlib.sha256((ROOT / name).read_bytes()).hexdigest()
        if stamp.exists() and stamp.read_text() == wanted:
            continue
        print(f"Installing {name} ...", flush=True)
        pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        if subprocess.run([*pip, "-r", name], cwd=ROOT).returncode:
            raise SystemExit(f"Installing {name} failed; the reason is above. `make` tries again.")
        stamp.write_text(wanted)


def make_venv() -> None:
    """Debian ships Python without ensurepip: then its package is installed first, or named."""
    command = [sys.executable, "-m", "venv", str(VENV)]
    if subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0:
        return
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    install(package)
    shutil.rmtree(VENV, ignore_errors=True)
    if subprocess.run(command).returncode:
        raise SystemExit(f"Python cannot make virtual environments. Install it with:\n  {apt_line(package)}")


def pango() -> None:
    """WeasyPrint draws PDF with Pango, which no wheel brings along."""
    works = [PYTHON, "-c", "import weasyprint"]
    stamp = VENV / "pango.found"
    if stamp.exists() or runs(works):
        stamp.touch()
        return
    install(*PANGO)
    if not runs(works):
        line = "brew install pango" if sys.platform == "darwin" else apt_line(*PANGO)
        raise SystemExit(f"PDF documents need Pango, which is not installed. Install it with:\n  {line}")
    stamp.touch()


def chromium() -> str | None:
    """The browser of the tests: CHROMIUM, the system's, else Playwright's own; None when there is none."""
    if given := os.environ.get("CHROMIUM"):
        return given
    for name in BROWSERS:
        if (found := shutil.which(name)) and runs([found, "--version"]):
            return found
    own = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    for path in sorted(own.glob(PLAYWRIGHT), reverse=True):
        if runs([str(path), "--version"]):
            return str(path)
    return None


def install_chromium() -> None:
    """By apt where we may, else Playwright's build into the home folder; no browser, no tests."""
    install("chromium")
    if chromium():
        return
    print("Fetching Playwright's Chromium ...", flush=True)
    fetch = [PYTHON, "-m", "playwright", "install", "chromium"]
    if may_install():
        fetch.append("--with-deps")
    if subprocess.run(fetch).returncode or not chromium():
        raise SystemExit(
            "The browser tests need Chromium, which could not be installed. Install it with:\n"
            f"  {apt_line('chromium')}\nor name a binary in CHROMIUM."
        )


def may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(*packages: str) -> None:
    """Install Debian packages if we may; whether it helped is for the caller to see."""
    if not may_install():
        return
    print(f"Installing {' '.join(packages)} ...", flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt_get = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    subprocess.run([*apt_get, "update"], env=env, stdout=subprocess.DEVNULL)
    subprocess.run(
        [*apt_get, "install", "-y", "--no-install-recommends", *packages], env=env, stdout=subprocess.DEVNULL
    )


def apt_line(*packages: str) -> str:
    return f"sudo apt-get install {' '.join(packages)}"


def runs(command: Sequence[str]) -> bool:
    """Does this command work? What it says does not matter."""
    try:
        return subprocess.run(command, cwd="/", capture_output=True).returncode == 0
    except OSError:
        return False


if __name__ == "__main__":
    main(sys.argv[1:])
