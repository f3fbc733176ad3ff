"""What every request carries: an id, a place in the log, a clear answer if it fails, the session's rules."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from . import clock, logs
from .errors import BadInput, DomainError, Forbidden, InternalError, NotFound, TooLarge
from .refusals import headers, let_go_if_broken, problem, refusal_of

Handler = Callable[[HttpRequest], HttpResponse]
access_log = logging.getLogger("erp.access")
log = logging.getLogger(__name__)

ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{8,40}")
PROBLEM_JSON = "application/problem+json"
SEEN_EVERY_S = 60  # how exactly idleness is known; saves a write per page


class StatementMeter:
    """Counts the round trips of one request and their time."""

    def __init__(self) -> None:
        self.count = 0
        self.seconds = 0.0

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.count += 1
            self.seconds += time.perf_counter() - started


class RequestMiddleware:
    """Gives each request its id, measures it, logs it, and turns every failure into an answer with a way out.

    X-Request-ID is taken from the caller when it is one (8 to 40 letters, digits, `.`, `_`, `-`), else made,
    and always returned; Server-Timing tells total and database milliseconds.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        identity = given if ACCEPTED_ID.fullmatch(given) else uuid.uuid4().hex
        started, meter = time.perf_counter(), StatementMeter()
        with logs.bound(logs.request_id, identity), logs.bound(logs.actor_name, ""):
            with connection.execute_wrapper(meter):
                response = _refused_at_the_door(request) or self.get_response(request)
            if response.status_code >= 400:
                response = _as_problem(request, response)
            spent = time.perf_counter() - started
            response["X-Request-ID"] = identity
            db = f'db;dur={meter.seconds * 1000:.1f};desc="{meter.count} round trips"'
            response["Server-Timing"] = f"total;dur={spent * 1000:.1f}, {db}"
            access_log.info(
                "%s %s %s",
                request.method,
                request.path,
                response.status_code,
                extra={
                    "ms": round(spent * 1000, 1),
                    "db_ms": round(meter.seconds * 1000, 1),
                    "db": meter.count,
                },
            )
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal that no view caught, or a database away or busy; None leaves a defect to answer 500."""
        refusal = refusal_of(error)
        if refusal is None:
            return None
        if isinstance(error, DatabaseError | InterfaceError):
            log.warning("database refused: %s", error, extra={"code": refusal.code})
            let_go_if_broken()
        return answer(request, refusal)


class SessionRequest(HttpRequest):
    """A request whose session was looked at; the sign-in page says why it is over."""

    session_ended: str


class SessionRulesMiddleware:
    """Ends sessions that are idle, too old, or older than the last change of their user's roles.

    A session keeps when it began and was last seen (by the database's clock), its user's epoch then, and the
    browser and address for the list of one's own sessions. A password change ends sessions by Django's own
    means, a role change by a trigger that raises the epoch.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: SessionRequest) -> HttpResponse:
        try:
            if "_auth_user_id" in request.session and request.user.is_authenticated:
                self._apply(request)
        except (DatabaseError, InterfaceError) as error:
            refusal = refusal_of(error)
            if refusal is None:
                raise
            log.warning("database refused: %s", error, extra={"code": refusal.code})
            let_go_if_broken()
            return answer(request, refusal)
        return self.get_response(request)

    def _apply(self, request: SessionRequest) -> None:
        session, at = request.session, clock.now().timestamp()
        user: Any = request.user
        if "began_at" not in session:
            session.update(
                {
                    "began_at": at,
                    "seen_at": at,
                    "epoch": user.session_epoch,
                    "agent": request.headers.get("User-Agent", "")[:200],
                    "address": request.META.get("REMOTE_ADDR", ""),
                }
            )
        elif ended := _why_ended(session, user, at):
            logout(request)
            request.session_ended = ended
            return
        elif at - session["seen_at"] >= SEEN_EVERY_S:
            session["seen_at"] = at
        logs.actor_name.set(user.get_username())


def _why_ended(session: Any, user: Any, at: float) -> str:
    """Why a session is over, empty while it is not: idle, too old, or its user's rights changed since."""
    if at - session["seen_at"] > settings.SESSION_IDLE_MINUTES * 60:
        return "idle"
    if at - session["began_at"] > settings.SESSION_ABSOLUTE_HOURS * 3600:
        return "too_old"
    return "rights_changed" if session["epoch"] != user.session_epoch else ""


def is_api(request: HttpRequest) -> bool:
    """Whether the caller is a program that reads problems, not pages."""
    return request.path_info.startswith("/api/")


def answer(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The refusal as the caller reads it: a problem, a page, or for htmx one paragraph."""
    if is_api(request):
        members = problem(error, instance=request.path)
        return JsonResponse(members, status=error.status, headers=headers(error), content_type=PROBLEM_JSON)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(
            str(error), status=error.status, headers=headers(error), content_type="text/plain"
        )
    context = {
        "title": _TITLES.get(error.status, "This did not work"),
        "detail": str(error),
        "back": request.get_full_path(),
        "request_id": logs.request_id.get(),
    }
    return HttpResponse(
        render_to_string("erp/problem.html", context), status=error.status, headers=headers(error)
    )


_TITLES = {
    400: "The request could not be read",
    403: "Not permitted",
    404: "Not found",
    409: "Not possible now",
    413: "Too large",
    429: "Too many requests",
    503: "Back in a moment",
}


def _refused_at_the_door(request: HttpRequest) -> HttpResponse | None:
    """What no view need look at: a NUL, which PostgreSQL cannot store, or a body beyond the limit."""
    if "%00" in request.META.get("QUERY_STRING", "") or "\0" in request.path_info:
        return answer(request, BadInput(field="address", reason="a NUL character is not taken."))
    files = (request.content_type or "").startswith("multipart/")
    limit = settings.UPLOAD_LIMIT_BYTES if files else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    declared = request.META.get("CONTENT_LENGTH") or "0"
    size = int(declared) if declared.isdecimal() else 0  # the server reads no further than it understands
    return answer(request, TooLarge(size=size, limit=limit)) if size > limit else None


def _as_problem(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """For programs, Django's own error pages become problems too: an unknown address, a failed CSRF check."""
    known: dict[int, DomainError] = {
        400: BadInput(field="request", reason="it could not be read."),
        403: Forbidden(),
        404: NotFound(what="resource", reference=request.path),
        500: InternalError(),
    }
    ours = response.get("Content-Type", "").startswith(PROBLEM_JSON)
    if ours or not is_api(request) or response.status_code not in known:
        return response
    return answer(request, known[response.status_code])
