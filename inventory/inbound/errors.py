"""Refusals at the dock."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class ReceiptRefused(DomainError):
    code = "inventory.receipt_refused"
    message = _("Line {line}: {reason}")
