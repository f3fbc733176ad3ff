"""Refusals of the books."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class NoSuspenseAccount(DomainError):
    code = "billing.no_suspense_account"
    message = _("Company {company} has no account rule for suspense. Finance adds one under Accounts.")
