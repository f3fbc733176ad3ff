"""The ground of the REST API: who calls, how often, page by page, and what a refusal looks like.

A room's api.py builds on `has_perm`, `key_of`, the strict serializers of `erp.kernel.shapes` and typed
errors, which become RFC 9457 problems here. Rules stay in the verbs. The framework's settings name this
module, so it must not import the framework's views.
"""

import hashlib
import json
import logging
import re
import secrets
import threading
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import DEFAULT_DB_ALIAS
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from . import clock, logs
from .access import access_from, access_of
from .batch import constant
from .errors import BadInput, DomainError, TooManyRequests
from .models import ApiToken, User
from .refusals import headers, problem, refusal_of
from .requests import PROBLEM_JSON

log = logging.getLogger(__name__)

# Who calls ------------------------------------------------------------------------------------------

SCHEMES = (b"token", b"bearer")

# Every request of a program asks this: the token, its user and the user's grants in one statement.
ACCOUNT = ("id", "username", "name", "email", "is_active", "session_epoch")
TOKEN = f"""
SELECT t.id, t.permissions::text, t.last_used_on,
    (SELECT coalesce(json_agg(json_build_array(g.role, g.scope)), '[]')::text FROM kernel_grant g
        WHERE g.user_id = u.id), {", ".join(f"u.{column}" for column in ACCOUNT)}
FROM kernel_apitoken t JOIN kernel_user u ON u.id = t.user_id
WHERE t.digest = %s::text AND t.expires_at > %s::timestamptz AND u.is_active
  AND (t.revoked_at IS NULL OR t.revoked_at > %s::timestamptz)"""


def issue_token(
    user: User, *, name: str, expires_at: datetime, permissions: list[str] | None = None
) -> tuple[ApiToken, str]:
    """A new token of `user` and its text, which is shown once and kept nowhere: the row has its SHA-256.

    `permissions` narrows what the user's roles allow; None or empty leaves all of it.
    """
    text = f"mrd_{secrets.token_urlsafe(32)}"
    row = ApiToken.objects.create(
        user=user, name=name, digest=digest(text), permissions=permissions or [], expires_at=expires_at
    )
    return row, text


def digest(text: str) -> str:
    """What is stored of a token. 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(text.encode()).hexdigest()


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer mrd_...` (or `Token`): a hashed, expiring, narrowed key of an interface."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _, text = get_authorization_header(request).partition(b" ")
        if scheme.lower() not in SCHEMES:
            return None
        at = clock.now()
        rows = constant(TOKEN, digest(text.strip().decode("latin-1")), at, at)
        if not rows:
            raise exceptions.AuthenticationFailed(
                "The token is unknown, expired or revoked. Ask for a new one."
            )
        token_id, permissions, last_used_on, grants, *account = rows[0]
        user = User.from_db(DEFAULT_DB_ALIAS, ACCOUNT, account)  # what else is asked of it is read then
        user._access = access_from(json.loads(grants))
        token = ApiToken.from_db(DEFAULT_DB_ALIAS, ("id", "permissions"), (token_id, json.loads(permissions)))
        token.user = user
        if last_used_on != at.date():
            ApiToken.objects.filter(pk=token_id).update(last_used_on=at.date())
        narrow(user, token.permissions)
        logs.actor_name.set(user.get_username())
        return user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


def narrow(user: User, permissions: list[str]) -> None:
    """Leave of the user's access, for this request, only these permissions; an empty list leaves all."""
    if permissions:
        user._access = access_of(user).narrowed(frozenset(permissions))


def has_perm(permission: str) -> type[BasePermission]:
    """A permission class that asks for one right: `permission_classes = [has_perm("orders.view_order")]`."""

    class HasPermission(BasePermission):
        message = f"This needs the right {permission}. An administrator can grant it."

        def has_permission(self, request: Request, view: Any) -> bool:
            return bool(request.user and request.user.is_authenticated and request.user.has_perm(permission))

    HasPermission.__name__ = HasPermission.__qualname__ = f"Has_{permission.replace('.', '_')}"
    return HasPermission


# How often ------------------------------------------------------------------------------------------


class Throttle(BaseThrottle):
    """Requests per minute of one token, else one user, else one address, counted in the cache.

    The rates are settings.API_RATES; a view that costs more has `throttle_classes = [throttle("export")]`.
    """

    scope = ""
    wait_s: int | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        kind, who = _requester(request)
        limit = settings.API_RATES[self.scope or kind]
        minute, second = divmod(int(clock.now().timestamp()), 60)
        if _meter.count(f"rate:{self.scope}:{kind}:{who}", minute) > limit:
            raise TooManyRequests(limit=limit, seconds=60 - second)
        return True


class Meter:
    """Requests per key and minute: counted here, told to the shared cache once a second.

    One process is exact; what the others have counted since the last telling is learnt a second later.
    """

    TOLD_EVERY_S = 1.0

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute = 0
        self._counts: dict[str, list[float]] = {}  # shared count, own since then, when it was told

    def count(self, key: str, minute: int) -> int:
        """How many requests of `key` this minute has seen, this one included."""
        with self._lock:
            if minute != self._minute:
                self._minute, self._counts = minute, {}
            entry = self._counts.setdefault(key, [0, 0, -self.TOLD_EVERY_S])
            entry[1] += 1
            if time.monotonic() - entry[2] >= self.TOLD_EVERY_S:
                entry[0], entry[1], entry[2] = self._tell(f"{key}:{minute}", *entry[:2]), 0, time.monotonic()
            return int(entry[0] + entry[1])

    def _tell(self, key: str, shared: float, own: float) -> float:
        try:
            return own if cache.add(key, int(own), timeout=120) else cache.incr(key, int(own))
        except Exception:  # whatever the cache client raises when its server is away
            log.warning("cache away, requests are counted by each process alone")
            return shared + own


_meter = Meter()


def throttle(scope: str) -> type[Throttle]:
    """A throttle with the rate that settings.API_RATES gives `scope`: login, export, search."""
    return type(f"Throttle_{scope}", (Throttle,), {"scope": scope})


def _requester(request: Request) -> tuple[str, Any]:
    if isinstance(request.auth, ApiToken):
        return "token", request.auth.pk
    if request.user and request.user.is_authenticated:
        return "user", request.user.pk
    return "anonymous", request.META.get("REMOTE_ADDR", "")


# Page by page ---------------------------------------------------------------------------------------


class KeysetPagination(CursorPagination):
    """Pages that cost the same wherever they are: `limit` rows (at most 200), `cursor` from `next`."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"
    ordering = "-pk"

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        try:
            return super().paginate_queryset(queryset, request, view)
        except (exceptions.NotFound, DjangoValidationError, TypeError, ValueError) as error:
            if self.cursor_query_param not in request.query_params:
                raise
            raise BadInput(field="cursor", reason="take it as it is from `next` or `previous`.") from error


# Once only ------------------------------------------------------------------------------------------

KEY = re.compile(r"[\x21-\x7e]{1,120}")


def key_of(request: Request) -> str:
    """The Idempotency-Key of a command; refuses its absence, for a retry could then do the work twice."""
    key = request.headers.get("Idempotency-Key", "").strip().strip('"')
    if not key:
        raise BadInput(
            field="Idempotency-Key",
            reason="this header is required. Send a UUID of your own, and the same one when you retry.",
        )
    if not KEY.fullmatch(key):
        raise BadInput(
            field="Idempotency-Key", reason="at most 120 printable ASCII characters without spaces."
        )
    return key


# What a refusal looks like --------------------------------------------------------------------------

CODES: Mapping[type[Exception], str] = {
    exceptions.ParseError: "kernel.malformed",
    exceptions.NotAuthenticated: "kernel.not_signed_in",
    exceptions.AuthenticationFailed: "kernel.not_signed_in",
    exceptions.PermissionDenied: "kernel.not_permitted",
    exceptions.NotFound: "kernel.not_found",
    exceptions.MethodNotAllowed: "kernel.method_not_allowed",
    exceptions.NotAcceptable: "kernel.not_acceptable",
    exceptions.UnsupportedMediaType: "kernel.unsupported_media_type",
}


class ApiRefusal(DomainError):
    """An exception of the API framework in our clothes: its status and sentence under a stable code."""

    def __init__(self, *, code: str, status: int, detail: str) -> None:
        super().__init__()
        self.code, self.status, self.detail = code, status, detail

    def __str__(self) -> str:
        return self.detail


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every refusal as application/problem+json; None for a defect, which the middleware answers."""
    request: Request = context["request"]
    errors: list[dict[str, str]] | None = None
    extra: dict[str, str] = {}
    refusal = refusal_of(error)
    if isinstance(error, exceptions.ValidationError):
        errors = list(field_errors(error.detail))
        refusal = _invalid(errors)
    elif isinstance(error, DjangoValidationError):
        errors = [{"field": "", "detail": message, "code": "invalid"} for message in error.messages]
        refusal = _invalid(errors)
    elif isinstance(error, RecursionError):
        refusal = ApiRefusal(code="kernel.malformed", status=400, detail="The JSON is nested too deeply.")
    elif isinstance(error, exceptions.APIException):
        code = CODES.get(type(error), "kernel.refused")
        refusal = ApiRefusal(code=code, status=error.status_code, detail=str(error.detail))
        if challenge := getattr(error, "auth_header", None):
            extra["WWW-Authenticate"] = challenge
    if refusal is None:
        return None
    members = problem(refusal, instance=request.path, errors=errors)
    return Response(
        members, status=refusal.status, headers={**headers(refusal), **extra}, content_type=PROBLEM_JSON
    )


def _invalid(errors: list[dict[str, str]]) -> ApiRefusal:
    first = errors[0]
    where = f"{first['field']}: " if first["field"] else ""
    more = f" And {len(errors) - 1} more." if len(errors) > 1 else ""
    return ApiRefusal(code="kernel.invalid", status=400, detail=f"{where}{first['detail']}{more}")


def field_errors(detail: Any, path: str = "") -> Any:
    """Each refused field of a validation error: its path "lines.3.quantity", the sentence, and a code."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            own = "" if name == "non_field_errors" else str(name)
            yield from field_errors(inner, ".".join(filter(None, [path, own])))
    elif isinstance(detail, list) and any(isinstance(each, Mapping | list) for each in detail):
        for position, inner in enumerate(detail):
            yield from field_errors(inner, ".".join(filter(None, [path, str(position)])))
    elif isinstance(detail, list):
        for inner in detail:
            yield from field_errors(inner, path)
    else:
        yield {"field": path, "detail": str(detail), "code": getattr(detail, "code", "invalid")}
