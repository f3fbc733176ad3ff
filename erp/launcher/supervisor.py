"""Who starts, restarts and stops the processes: supervisord, with a configuration written for one run."""

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from signal import SIGTERM, Signals
from typing import Any
from xmlrpc.client import ServerProxy

from supervisor.xmlrpc import SupervisorTransport

from . import processes
from .stack import ROOT, Stack, write_private

HEAD = """\
[supervisord]
nodaemon=true
silent=true
loglevel=warn
logfile=log/supervisor.log
logfile_maxbytes=5MB
pidfile=supervisord.pid
{account}
[unix_http_server]
file={socket}
chmod=0600
username=launcher
password={password}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://{socket}
username=launcher
password={password}
"""
PROGRAM = """
[program:{name}]
command={command}
directory={root}
autostart={autostart}
autorestart=true
startsecs=1
startretries=20
stopsignal={stop_signal}
stopwaitsecs={stop_seconds}
stopasgroup=false
killasgroup=true
redirect_stderr=true
stdout_logfile=log/{name}.log
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=3
"""
GROUP = """
[group:{name}]
programs={programs}
priority={priority}
"""


@dataclass(frozen=True, slots=True)
class Program:
    """One supervised process: `python -m erp.launcher exec NAME` becomes it."""

    name: str
    stop_signal: str
    stop_seconds: int


# A group stops at once; services outlive the application that uses them.
SERVICES = (Program("postgres", "INT", 60), Program("broker", "TERM", 20))
APPLICATION = (Program("web", "TERM", 20), Program("worker", "TERM", 20), Program("beat", "TERM", 10))


def configuration(stack: Stack, services: Sequence[Program]) -> str:
    """supervisord.conf: services start at once, the application when the database is ready for it."""
    account = "user=root" if os.geteuid() == 0 else ""
    text = HEAD.format(socket=escaped(stack.socket), account=account, password=stack.control_password)
    for group, programs, priority in (("services", services, 10), ("application", APPLICATION, 20)):
        for program in programs:
            command = shlex.join([sys.executable, "-m", "erp.launcher", "exec", program.name])
            text += PROGRAM.format(
                name=program.name,
                command=escaped(command),
                root=escaped(ROOT),
                autostart="true" if group == "services" else "false",
                stop_signal=program.stop_signal,
                stop_seconds=program.stop_seconds,
            )
        if programs:
            names = ",".join(program.name for program in programs)
            text += GROUP.format(name=group, programs=names, priority=priority)
    return text


def escaped(value: object) -> str:
    """supervisor expands % in every value."""
    return str(value).replace("%", "%%")


class Supervisor:
    """A running supervisord. It dies with us, and its processes with it, whatever kills us."""

    def __init__(self, stack: Stack, services: Sequence[Program]) -> None:
        self.stack = stack
        path = stack.var / "supervisord.conf"
        write_private(path, configuration(stack, services))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(path)],
            cwd=stack.var,  # log files are named relative to it: supervisor expands their % twice
            env=stack.environment("web"),
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is ours to pass on, in order
            preexec_fn=lambda: processes.die_with_parent(SIGTERM),
        )

    def start_web(self) -> None:
        """Alone at first: whoever waits for a page does not wait for three processes on two cores."""
        control(self.stack).startProcess("application:web", False)

    def start_application(self) -> None:
        """What of web, worker and beat does not run yet."""
        control(self.stack).startProcessGroup("application", False)

    def running(self) -> bool:
        return self.process.poll() is None

    def wait(self) -> None:
        self.process.wait()

    def stop(self) -> None:
        """Application first, then the services; returns when all are gone."""
        if self.running():
            self.process.send_signal(Signals.SIGTERM)
        self.process.wait()


def control(stack: Stack) -> Any:
    """supervisor's own remote calls, over its Unix socket."""
    transport = SupervisorTransport("launcher", stack.control_password, f"unix://{stack.socket}")
    return ServerProxy("http://127.0.0.1", transport=transport).supervisor


def stop_orphan(var: Path) -> None:
    """Wait for a supervisor whose launcher was killed: it is stopping its processes in order."""
    configuration_file = str(var / "supervisord.conf")
    if pid := processes.process_of(var / "supervisord.pid", configuration_file):
        processes.end(pid, named=configuration_file, seconds=90)
        time.sleep(0.1)
