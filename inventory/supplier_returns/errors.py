"""Refusals of what goes back to suppliers."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class ReturnSettled(DomainError):
    code = "inventory.supplier_return_settled"
    message = _("{number} is {state} already. Look at the supplier's answer on its page.")
