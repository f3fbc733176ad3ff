"""Refusals of e-invoicing."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class Unreadable(DomainError):
    code = "billing.einvoice_unreadable"
    message = _("The file is not read: {cause} (rule {rule}). What to do: {remedy}.")
    status = 422


class NotReportable(DomainError):
    code = "billing.einvoice_not_reportable"
    message = _(
        "{number} is {state}: only what was archived or sent is accepted or rejected by the customer."
    )


class NotRegenerable(DomainError):
    code = "billing.einvoice_not_regenerable"
    message = _("{number} is {state}: only what failed or was rejected is made again.")


class NotSendable(DomainError):
    code = "billing.einvoice_not_sendable"
    message = _("{number} is not sent: {reason}")


class NotWaivable(DomainError):
    code = "billing.einvoice_not_waivable"
    message = _("{number} is {state}: there is nothing left to settle.")
