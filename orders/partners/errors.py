"""Refusals around trading partners."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class PartnerTaken(DomainError):
    code = "orders.partner_taken"
    message = _(
        "{partner} is already a trading partner with these addresses. Change that profile, or name a buyer's code."
    )
