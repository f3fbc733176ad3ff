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
