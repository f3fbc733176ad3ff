"""Refusals of purchasing."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class PurchaseLineRefused(DomainError):
    code = "inventory.purchase_line_refused"
    message = _("Line {line}: {reason}")
    status = 400
