"""Refusals at the dock."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class ReceiptRefused(DomainError):
    code = "inventory.receipt_refused"
    message = _("Line {line}: {reason}")


class DifferenceRefused(DomainError):
    code = "inventory.receipt_difference_refused"
    message = _("{item}: {reason}")


class DifferenceResolved(DomainError):
    code = "inventory.receipt_difference_resolved"
    message = _("{number} was cleared by {by}: {outcome}. If that is not so any more, report it anew.")
