"""Refusals of disputes."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class NotDisputable(DomainError):
    code = "billing.not_disputable"
    message = _("{document} is a credit memo: nobody owes it. Open the dispute on the invoice.")


class DisputeClosed(DomainError):
    code = "billing.dispute_closed"
    message = _("{dispute} was closed meanwhile. Open a new one if the customer still holds something back.")


class BeyondDispute(DomainError):
    code = "billing.beyond_dispute"
    message = _(
        "{amount} {currency} are more than the {open} that {dispute} still has open. Lower the amount."
    )


class WriteOffWaits(DomainError):
    code = "billing.write_off_waits"
    message = _(
        "A write-off of {amount} {currency} of {dispute} waits for another person. Decide on it first."
    )


class WriteOffDecided(DomainError):
    code = "billing.write_off_decided"
    message = _("The write-off of {dispute} was decided by {by} already.")


class OwnWriteOff(DomainError):
    code = "billing.own_write_off"
    message = _("You proposed the write-off of {dispute} yourself. Another person approves it.")
    status = 403


class BeyondWriteOffLimit(DomainError):
    code = "billing.beyond_write_off_limit"
    message = _(
        "With {dispute} you would have written off {amount} {currency} of {document}, more than your {limit}. Somebody"
        " with a wider limit approves it."
    )
    status = 403


class NotWrittenOff(DomainError):
    code = "billing.not_written_off"
    message = _("Nothing stands to be taken back: it was not written off, or was taken back before.")
