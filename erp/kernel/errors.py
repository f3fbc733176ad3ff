"""Typed refusals: what happened, how much, what next. Every room's errors.py derives from DomainError."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A refusal by a rule. `code` is stable: API clients match on it. `context` carries the numbers."""

    code: ClassVar[str] = "kernel.refused"
    message: ClassVar[Any] = _("The request was refused.")
    status: ClassVar[int] = 409

    def __init__(self, **context: Any) -> None:
        self.context = context
        super().__init__(str(self.message).format(**context))


class NotPermitted(DomainError):
    code = "kernel.not_permitted"
    message = _("This needs the right {permission}. An administrator can grant it.")
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


class Busy(DomainError):
    code = "kernel.busy"
    message = _("Someone else is changing the same records. Nothing was changed; try again.")


class StaleVersion(DomainError):
    """The form was opened on an older version; `changes` lists who changed which field to what."""

    code = "kernel.stale_version"
    message = _("{document} was changed by {actor} since you opened it. Your entries are kept; compare and save again.")


class InvalidTransition(DomainError):
    code = "kernel.invalid_transition"
    message = _("{document} is {state}: {verb} is not possible any more.")
