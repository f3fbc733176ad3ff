"""What views need on top of Django: who may enter, how a refusal looks, what htmx is told."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _

from .access import roles
from .errors import DomainError, NotPermitted, StaleVersion

P = ParamSpec("P")
ENDED = {
    "idle": _("You were signed out because nothing happened for a while."),
    "too_old": _("You were signed out because the day is over. Sign in again to go on."),
    "rights_changed": _("Your roles were changed. Sign in again to work with them."),
}
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def needs(permission: str = "") -> Callable[[View[P]], View[P]]:
    """Let a signed-in user with `permission` (any signed-in user, when none is named) into a view.

    Others are sent to sign in, or get the 403 page that names the missing right. A fragment that is asked for
    after the session has ended makes the browser load the sign-in page as a whole.
    """

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return to_login(request)
            if permission and not request.user.has_perm(permission):
                raise PermissionDenied(permission)
            response = view(request, *args, **kwargs)
            patch_vary_headers(response, ["HX-Request"])
            return response

        return guarded

    return guard


def to_login(request: HttpRequest) -> HttpResponse:
    """The sign-in page, which leads back and says why a session is over; a fragment gets the order to load it."""
    if reason := ENDED.get(getattr(request, "session_ended", "")):
        messages.info(request, reason)
    if not is_htmx(request):
        return redirect_to_login(request.get_full_path())
    response = HttpResponse(status=204)
    response["HX-Redirect"] = f"{reverse('login')}?next={request.htmx.current_url_abs_path or '/'}"
    return response


def is_htmx(request: HttpRequest) -> bool:
    """Whether a fragment is wanted (htmx asks for whole pages when it restores history)."""
    htmx = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.history_restore_request


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: names the missing right and the roles that hold it."""
    right = str(exception or "")
    holders = [role.label for role in roles().values() if right in role.permissions]
    return render(
        request, "erp/403.html", {"right": right if holders else "", "holders": holders}, status=403
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: gone, mistyped, or outside the reader's scope; which of them is not told."""
    return render(request, "erp/404.html", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """500: drawn without context processors, because the database may be what failed."""
    return HttpResponse(
        render_to_string("erp/500.html", {"request_id": getattr(request, "id", "")}), status=500
    )


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token was not ours, or had expired with the session."""
    return render(request, "erp/csrf.html", status=403)


def tell(response: HttpResponse, **events: Any) -> HttpResponse:
    """Have htmx fire these events too: `queue__changed={}` is told as `queue:changed`."""
    told = json.loads(response.get("HX-Trigger", "{}"))
    told.update({name.replace("__", ":"): value for name, value in events.items()})
    response["HX-Trigger"] = json.dumps(told)
    return response


def done(
    request: HttpRequest, text: str, *, undo: dict[str, Any] | None = None, back: str = "", **events: Any
) -> HttpResponse:
    """The answer to a command: a toast over the page as it is; without script a message on the page `back`.

    `undo` is {"url": …, "fields": {…}}: posted when Undo is pressed. `events` as in `tell`; lists listen to
    `queue__changed={}`.
    """
    if is_htmx(request):
        toast: dict[str, Any] = {"text": str(text)}
        if undo:
            toast["undo"] = undo
        return tell(HttpResponse(status=204), toast=toast, **events)
    messages.success(request, text)
    response = HttpResponse(status=303)
    response["Location"] = back or request.path
    return response


def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """How a typed refusal looks when no form can show it: a dialog for a stale record, a toast, or a page."""
    if isinstance(error, NotPermitted):
        return forbidden(request, PermissionDenied(error.context.get("permission", "")))
    if isinstance(error, StaleVersion):
        return _stale(request, error)
    if is_htmx(request):
        return tell(HttpResponse(status=error.status), toast={"text": str(error)})
    return render(request, "erp/refused.html", {"error": error}, status=error.status)


def _stale(request: HttpRequest, error: StaleVersion) -> HttpResponse:
    """Both values of each field and who changed them; "save mine" posts the same form on the new version.

    While somebody else has the record open for change ("held"), the form takes it back from them (`take_back`).

    `error.context` holds "changes" ({"label", "mine", "theirs"}) and "version", the present one.
    """
    posted = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in ("version", "take_back")
    ]
    context = {
        "error": error,
        "held": error.context.get("held", False),
        "changes": error.context.get("changes", []),
        "version": error.context.get("version", ""),
        "posted": [(name, value) for name, value in posted if name != "csrfmiddlewaretoken"],
        "action": request.get_full_path(),
    }
    template = "erp/_stale.html" if is_htmx(request) else "erp/stale.html"
    response = render(request, template, context, status=error.status)
    response["X-Stale"] = "1"
    return response


class RefusalMiddleware:
    """What no view has shown becomes a page, a dialog or a toast of the shell. The API answers by itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if request.path_info.startswith("/api/"):
            return None
        if isinstance(exception, DomainError):
            return refusal(request, exception)
        if isinstance(exception, PermissionDenied):
            return forbidden(request, exception)
        if isinstance(exception, Http404):
            return not_found(request, exception)
        return None


class PolicyMiddleware:
    """The content security policy of the settings on every answer. No view asks for another, so it is written once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.policy = build_policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        debug_page = settings.DEBUG and response.status_code in (404, 500)  # Django's, with styles inside
        if not debug_page:
            response.headers.setdefault(HEADER, self.policy)
        return response
