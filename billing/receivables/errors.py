"""Refusals of receivables."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class OverApplied(DomainError):
    code = "billing.over_applied"
    message = _("{document} has {open} {currency} open, {amount} is more than that.")


class OverDisputed(DomainError):
    code = "billing.over_disputed"
    message = _(
        "{amount} {currency} of {document} are to be disputed, but only {free} are open and not disputed. Lower the"
        " amount."
    )


class ReceiptExceeded(DomainError):
    code = "billing.receipt_exceeded"
    message = _("{amount} {currency} are to be applied, but only {available} are there. Lower an amount.")


class WrongPayer(DomainError):
    code = "billing.wrong_payer"
    message = _("{document} is owed by another customer. Apply the money to the payer's own invoices.")


class WrongCurrency(DomainError):
    code = "billing.wrong_currency"
    message = _(
        "{document} is in {currency}, the money is in {received}. Receive it in the invoice's currency."
    )


class BeyondAuthority(DomainError):
    code = "billing.beyond_authority"
    message = _(
        "{amount} {currency} short or over are more than the {limit} that you may code. Leave it open, or ask somebody"
        " with the right {permission}."
    )


class ReceiptReversed(DomainError):
    code = "billing.receipt_reversed"
    message = _("{receipt} was taken back as a whole, its money pays nothing. Apply money that is there.")


class AlreadyReversed(DomainError):
    code = "billing.already_reversed"
    message = _("This application was taken back before.")
