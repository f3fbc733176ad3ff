"""Refusals of payables."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class NotWaiting(DomainError):
    code = "billing.supplier_invoice_not_waiting"
    message = _("{invoice} is {state}. Only what waits can be changed; take a posted invoice back instead.")


class SameNumberPosted(DomainError):
    code = "billing.supplier_invoice_posted_meanwhile"
    message = _(
        "An invoice of this supplier with the same number was posted meanwhile. Look at it, and try again."
    )


class NotPosted(DomainError):
    code = "billing.supplier_invoice_not_posted"
    message = _("{invoice} is {state}: there is nothing to take back.")


class AlreadyPaid(DomainError):
    code = "billing.supplier_invoice_paid"
    message = _("Of {invoice}, {paid} {currency} are settled. Take the payment back first.")


class StillUnmappedPosting(DomainError):
    code = "billing.supplier_invoice_in_suspense"
    message = _("A part of {invoice} stands in suspense. Give its purpose an account and clear it first.")


class CreditedSince(DomainError):
    code = "billing.supplier_invoice_credited"
    message = _(
        "A credit note leans on {invoice}: without it more would be credited than charged. Take that back first."
    )


class NotAcceptable(DomainError):
    code = "billing.match_not_acceptable"
    message = _("{exception} of {invoice} cannot be accepted: {remedy}")


class OwnInvoice(DomainError):
    code = "billing.match_own_invoice"
    message = _("You entered {invoice} yourself. A colleague decides whether it is taken as it is.")
    status = 403


class BeyondAcceptance(DomainError):
    code = "billing.match_beyond_limit"
    message = _("{amount} are more than the {limit} that you may accept. Ask a process owner.")
    status = 403


class NotChargeable(DomainError):
    code = "billing.supplier_cost_account"
    message = _("{account} takes no costs: {reason} Choose another account.")


class FileRefused(DomainError):
    code = "billing.supplier_file_refused"
    message = _("The file is not taken: {cause}. What to do: {remedy}.")
    status = 422


class SupplierUnknown(DomainError):
    code = "billing.supplier_unknown"
    message = _(
        "{seller} ({number}) is not one supplier of ours: {found} fit. Put the tax number to the supplier, and send it"
        " again."
    )
    status = 422
