"""The small print of the operating system: accounts, locks, orphans, ports."""

import ctypes
import fcntl
import os
import pwd
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1


def die_with_parent(how: signal.Signals) -> None:
    """Ask Linux to send us `how` when our parent dies, even by kill -9; elsewhere the next start cleans up.

    Must come after any change of account: new credentials clear it.
    """
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, how)


def database_account() -> pwd.struct_passwd | None:
    """The account PostgreSQL runs as: it refuses root, so another one then; None is our own."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise SystemExit(
        "PostgreSQL refuses to run as root, and there is neither an account postgres nor nobody."
    )


def run_as(account: pwd.struct_passwd | None, command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run `command` as `account` and return what it said; exit code 126 when it may not even be executed."""
    user, group, others = (account.pw_uid, account.pw_gid, ()) if account else (None, None, None)
    try:
        return subprocess.run(
            command,
            cwd="/",
            text=True,
            capture_output=True,
            umask=0o077,
            user=user,
            group=group,
            extra_groups=others,
        )
    except PermissionError as error:
        return subprocess.CompletedProcess(command, 126, "", str(error))


def become(account: pwd.struct_passwd | None) -> None:
    """Turn this process into `account` for good."""
    if account:
        os.setgroups([])
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)
    os.umask(0o077)


def give(path: Path, account: pwd.struct_passwd | None) -> None:
    """Make `path` (not what is in it) belong to `account`."""
    if account:
        os.chown(path, account.pw_uid, account.pw_gid)


def command_line(pid: int) -> str:
    """The command line of a running process; empty when there is none of that number."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    if sys.platform.startswith("linux"):
        return ""
    return subprocess.run(["ps", "-o", "args=", "-p", str(pid)], text=True, capture_output=True).stdout


def process_of(pid_file: Path, named: str) -> int | None:
    """The process that `pid_file` names, if it still runs and has `named` in its command line.

    A number alone proves nothing: after a crash it may belong to somebody else.
    """
    try:
        pid = int(pid_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
    return pid if named in command_line(pid) else None


def end(pid: int, *, named: str, seconds: float) -> None:
    """Ask a process to end and wait until it is gone; after `seconds` it is killed."""
    give_up = time.monotonic() + seconds
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
        while named in command_line(pid):
            if time.monotonic() > give_up:
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.1)


def free_port(wanted: int | None = None) -> int:
    """`wanted` if nobody listens there, else any free port of the loopback interface."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted or 0))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


_claims: list[socket.socket] = []


def claim_port(wanted: int) -> int:
    """As free_port, and no other launcher gets the same answer while this process lives.

    A server binds its port seconds after it was chosen; until then two checkouts that start together would
    agree on it. So the choice is announced by an abstract socket name, which Linux drops with the process.
    """
    port = free_port(wanted)
    if not sys.platform.startswith("linux"):
        return port
    claim = socket.socket(socket.AF_UNIX)
    try:
        claim.bind(f"\0meridian-port-{port}")
    except OSError:
        claim.close()
        return claim_port(0)
    _claims.append(claim)
    return port


class Lock:
    """A lock on a file, gone with the process that holds it."""

    def __init__(self, path: Path) -> None:
        path.touch(mode=0o600)
        self.file: IO[str] = path.open("r+")

    def try_exclusive(self) -> bool:
        """Take it for us alone; False when somebody else has it."""
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def wait_exclusive(self) -> None:
        """Take it for us alone, once everyone else has let go."""
        fcntl.flock(self.file, fcntl.LOCK_EX)

    def wait_shared(self) -> None:
        """Take it together with others, once nobody holds it alone."""
        fcntl.flock(self.file, fcntl.LOCK_SH)

    def release(self) -> None:
        fcntl.flock(self.file, fcntl.LOCK_UN)
