"""Refusals of collections."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class NothingOwed(DomainError):
    code = "billing.nothing_owed"
    message = _(
        "{customer} owes {open} {currency}, less than the {amount} that are promised. Lower the amount."
    )


class PromiseOver(DomainError):
    code = "billing.promise_over"
    message = _("The promise is over: another one took its place, or it was withdrawn before.")
