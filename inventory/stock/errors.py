"""Refusals of the stock ledger."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class NoOpenPeriod(DomainError):
    code = "inventory.no_open_period"
    message = _(
        "Company {company} has no open accounting period from {on} on. Finance opens the next period."
    )


class InsufficientStock(DomainError):
    code = "inventory.insufficient_stock"
    message = _("Site {site} is short of {shortages}. Receive stock, choose another site or split.")
