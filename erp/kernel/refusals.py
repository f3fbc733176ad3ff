"""What went wrong, as one typed error: database trouble, framework exceptions and domain errors alike.

Browser and API answer from the same DomainError; only the clothes differ (a page, an RFC 9457 problem).
"""

from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import date, time
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, OperationalError, connection
from django.http import Http404

from . import logs
from .errors import BadInput, Busy, Conflict, DomainError, Forbidden, NotFound, TooLarge, TooSlow, Unavailable

BUSY = {"55P03", "40P01", "40001"}  # lock timeout, deadlock, serialization failure
STOPPED = {"57014", "25P04"}  # statement or transaction timeout


def sqlstate(error: BaseException) -> str:
    """PostgreSQL's five-character code behind a Django database error; empty when the server said nothing."""
    return getattr(error.__cause__, "pgcode", None) or ""


def refusal_of(error: BaseException) -> DomainError | None:
    """The typed refusal that an exception means to a caller, or None: then it is a defect, and a 500."""
    if isinstance(error, DomainError):
        return error
    if isinstance(error, Http404):
        return NotFound(what="record", reference="with this address")
    if isinstance(error, PermissionDenied):
        return Forbidden()
    if isinstance(error, RequestDataTooBig):
        return TooLarge(size="too many", limit="1,048,576")
    if isinstance(error, DatabaseError | InterfaceError):
        return _database_refusal(error)
    return None


def _database_refusal(error: DatabaseError | InterfaceError) -> DomainError | None:
    state = sqlstate(error)
    if state in BUSY:
        return Busy()
    if state in STOPPED:
        return TooSlow()
    if isinstance(error, OperationalError | InterfaceError):
        return Unavailable()
    if isinstance(error, DataError):
        return BadInput(field="request", reason="a value is outside of what can be stored.")
    if isinstance(error, IntegrityError):
        return Conflict(constraint=constraint(error) or "a rule of the database")
    return None


def constraint(error: BaseException) -> str:
    """Name of the constraint that was violated."""
    diagnostics: Any = getattr(error.__cause__, "diag", None)
    return getattr(diagnostics, "constraint_name", None) or ""


def let_go_if_broken() -> None:
    """Close this thread's connection if it no longer works; the next statement opens a new one."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


def problem(
    error: DomainError, *, instance: str, errors: list[dict[str, str]] | None = None
) -> dict[str, Any]:
    """The error as RFC 9457 members. `errors` names each refused field by its path, "lines.3.quantity"."""
    members: dict[str, Any] = {
        "type": f"urn:meridian:problem:{error.code}",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "code": error.code,
        "detail": plain(str(error)),
        "context": plain(error.context),
        "instance": instance,
        "request_id": logs.request_id.get(),
    }
    if errors is not None:
        members["errors"] = plain(errors)
    return members


def headers(error: DomainError) -> dict[str, str]:
    """Retry-After, where the same request may succeed a moment later."""
    wait = error.context.get("seconds", error.retry_after_s)
    return {} if wait is None else {"Retry-After": str(wait)}


def plain(value: Any) -> Any:
    """Any context value as JSON: decimals as exact strings, instants and dates in ISO 8601.

    Half a character, which a refusal may repeat from what was sent, is spelt out: it has no bytes.
    """
    if isinstance(value, str):
        return value.encode(errors="backslashreplace").decode()
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | time):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    return str(value)
