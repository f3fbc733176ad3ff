"""Refusals of billing."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class AlreadyCredited(DomainError):
    code = "billing.already_credited"
    message = _("{invoice} was already credited by {credit_memo}.")


class NotCreditable(DomainError):
    code = "billing.not_creditable"
    message = _("{invoice} is a credit memo. Only an invoice can be credited.")


class OwnInvoice(DomainError):
    code = "billing.own_invoice"
    message = _("Whoever issued {invoice} may not credit it. Ask a colleague with the right to credit.")
    status = 403


class DocumentChanged(DomainError):
    code = "billing.document_changed"
    message = _("The stored PDF of {invoice} is not the one that was issued. Restore it from the backup.")
    status = 500


class SeriesExists(DomainError):
    code = "billing.series_exists"
    message = _("{company} numbers these documents with {prefix} already. A second series would leave gaps.")


class PrefixTaken(DomainError):
    code = "billing.prefix_taken"
    message = _("Another series or document of the house carries {prefix}. A number names one document.")


class SeriesInUse(DomainError):
    code = "billing.series_in_use"
    message = _("{number} documents carry {prefix}, so it stays.")
