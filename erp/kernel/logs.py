"""Structured logs: one JSON object a line, in UTC, with the ids of the request, the job and the actor.

JSON escapes newlines and control characters, so nothing that a client sends can forge a second line.
Arguments are logged by name through `extra=`; headers, bodies and query strings never are.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache
from typing import Any

from celery import current_app

request_id: ContextVar[str] = ContextVar("request_id", default="")
job_id: ContextVar[str] = ContextVar("job_id", default="")
actor_name: ContextVar[str] = ContextVar("actor_name", default="")

STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {
    "message",
    "asctime",
    "request_id",
    "job_id",
    "actor",
}
ROUTINE_S = 60
POKED = frozenset({"erp.kernel.tasks.deliver_outbox"})
SECRET = ("password", "token", "secret", "authorization", "cookie")
UNPRINTED = (
    "request",
    "server_time",
    "taskName",
    "data",
)  # what Django and Celery attach for handlers of their own


@contextmanager
def bound(variable: ContextVar[str], value: str) -> Iterator[None]:
    """Set one of the ids for the length of a block."""
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)


class LogContext(logging.Filter):
    """Stamps each record with whose work it was."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        record.job_id = job_id.get()
        record.actor = actor_name.get()
        return True


class Routine(logging.Filter):
    """Leaves out that a task which comes every few seconds went well: from beat, or poked for by each document. That
    one failed is told, and what was delivered late (`outbox.LATE_S`)."""

    def filter(self, record: logging.LogRecord) -> bool:
        name = (getattr(record, "data", None) or {}).get("name")
        return record.levelno > logging.INFO or name not in _routine()


@cache
def _routine() -> frozenset[str]:
    every = {entry["task"]: entry["schedule"] for entry in current_app.conf.beat_schedule.values()}
    return POKED | {task for task, s in every.items() if isinstance(s, float) and s <= ROUTINE_S}


class JsonFormatter(logging.Formatter):
    """One record as one line of JSON; whatever `extra=` named becomes a field."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        for name in ("request_id", "job_id", "actor"):
            if value := getattr(record, name, ""):
                line[name] = value
        for name, value in vars(record).items():
            if name not in STANDARD and name not in UNPRINTED:
                line[name] = "***" if any(word in name.lower() for word in SECRET) else value
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)
