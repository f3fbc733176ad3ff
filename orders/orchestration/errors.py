"""Refusals of re-allocation runs and of rules on trial."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class NothingScarce(DomainError):
    code = "orders.nothing_scarce"
    message = _("Nobody would get more or less at {site}. There is nothing to share anew.")


class RunState(DomainError):
    code = "orders.run_state"
    message = _("{run} is {state}, so it cannot be {verb}. {remedy}")


class PreviewStale(DomainError):
    code = "orders.preview_stale"
    message = _("{item} has changed since {run} was previewed. Make a new run for it.")


class CannotUndo(DomainError):
    code = "orders.cannot_undo"
    message = _("{item} cannot be shared back: {reason}")
