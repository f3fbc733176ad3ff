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
        "{number} is {state}: the customer accepts or rejects only what was archived or sent. Make it again first, if"
        " it failed or was rejected before."
    )


class NotRegenerable(DomainError):
    code = "billing.einvoice_not_regenerable"
    message = _(
        "{number} is {state}: only what failed or was rejected is made again. If the customer has it, report its"
        " rejection first; what was settled otherwise stays so."
    )


class NotSendable(DomainError):
    code = "billing.einvoice_not_sendable"
    message = _("{number} is not sent: {reason}")


class NotWaivable(DomainError):
    code = "billing.einvoice_not_waivable"
    message = _(
        "{number} is {state}: only what failed or was rejected is settled otherwise. Report a rejection first."
    )
