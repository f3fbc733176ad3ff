"""Refusals of messages."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class NoAddress(DomainError):
    code = "orders.no_address"
    message = _("{order}: {reason} Add it to the party, or say why the customer is not told.")
