"""Typed refusals: what happened, how much, what next. Every room's errors.py derives from DomainError."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A refusal by a rule. `code` is stable: API clients match on it. `context` carries the numbers."""

    code: ClassVar[str] = "kernel.refused"
    message: ClassVar[Any] = _("The request was refused.")
    status: ClassVar[int] = 409
    retry_after_s: ClassVar[int | None] = None  # set where the same request may succeed a moment later

    def __init__(self, **context: Any) -> None:
        self.context = context
        super().__init__(str(self.message).format(**context))


class NotPermitted(DomainError):
    code = "kernel.not_permitted"
    message = _("This needs the right {permission}. An administrator can grant it.")
    status = 403


class Forbidden(DomainError):
    """As NotPermitted, where the refusing code did not say which right is missing."""

    code = "kernel.forbidden"
    message = _("You may not do this. An administrator can grant the right.")
    status = 403


class NotFound(DomainError):
    code = "kernel.not_found"
    message = _("There is no {what} {reference}.")
    status = 404


class BadInput(DomainError):
    """Malformed input at `field`; `reason` is one sentence with the accepted form."""

    code = "kernel.bad_input"
    message = _("{field}: {reason}")
    status = 400


class KeyReused(DomainError):
    code = "kernel.key_reused"
    message = _("The idempotency key {key} was used before for a different request. Use a new key.")
    status = 422


class StillRunning(DomainError):
    code = "kernel.still_running"
    message = _("The same request is still being worked on. Ask again in a second.")
    retry_after_s = 1


class Busy(DomainError):
    code = "kernel.busy"
    message = _("Someone else is changing the same records. Nothing was changed; try again.")
    retry_after_s = 1


class StaleVersion(DomainError):
    """The form was opened on an older version; `changes` lists who changed which field to what."""

    code = "kernel.stale_version"
    message = _(
        "{document} was changed by {actor} since you opened it. Your entries are kept; compare and save again."
    )


class InvalidTransition(DomainError):
    code = "kernel.invalid_transition"
    message = _("{document} is {state}: {verb} is not possible any more.")


class TooLarge(DomainError):
    code = "kernel.too_large"
    message = _("The request has {size} bytes; at most {limit} are taken. Send it in parts or import a file.")
    status = 413


class TooManyRequests(DomainError):
    """The requester's share of a minute is used up; `seconds` until the next one."""

    code = "kernel.too_many_requests"
    message = _("More than {limit} requests in a minute. Go on in {seconds} seconds.")
    status = 429


class Conflict(DomainError):
    """A constraint of the database said no where no rule had: a race, or a rule that is missing."""

    code = "kernel.conflict"
    message = _(
        "This contradicts what is stored ({constraint}). Nothing was changed; look at the present state."
    )


class TooSlow(DomainError):
    code = "kernel.too_slow"
    message = _(
        "This took too long and was stopped. Nothing was changed; ask for less at a time or try again."
    )
    status = 503
    retry_after_s = 5


class Unavailable(DomainError):
    code = "kernel.unavailable"
    message = _(
        "The database does not answer at the moment. Nothing was changed; try again in a few seconds."
    )
    status = 503
    retry_after_s = 3


class InternalError(DomainError):
    """A defect of ours; the log holds the rest under the request's id."""

    code = "kernel.internal_error"
    message = _("This is our fault and has been logged. Nothing was changed; tell support the request id.")
    status = 500
