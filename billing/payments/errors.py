"""Refusals of payments."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class NothingToPay(DomainError):
    code = "billing.nothing_to_pay"
    message = _("Nothing is due until {until} that can be paid. {why}")


class PayableInRun(DomainError):
    code = "billing.payable_in_run"
    message = _("A payable is in another payment run meanwhile. Look again.")


class RunDecided(DomainError):
    code = "billing.payment_run_decided"
    message = _("{run} is {state}: nothing of it can be changed any more.")


class OwnRun(DomainError):
    code = "billing.own_payment_run"
    message = _("You proposed or changed {run} yourself. A colleague lets the money go.")
    status = 403


class BeyondPaymentLimit(DomainError):
    code = "billing.beyond_payment_limit"
    message = _("{total} {currency} are more than the {limit} that you may let go. Ask a process owner.")
    status = 403


class RunOutdated(DomainError):
    code = "billing.payment_run_outdated"
    message = _("{run} cannot be paid as it is: {reason} Change it, or cancel it and propose anew.")


class DetailsDecided(DomainError):
    code = "billing.bank_details_decided"
    message = _("The bank details are {state} already.")


class OwnDetails(DomainError):
    code = "billing.own_bank_details"
    message = _("You entered the bank details yourself. A colleague confirms them.")
    status = 403


class DetailsWaiting(DomainError):
    code = "billing.bank_details_waiting"
    message = _("Other bank details of this supplier wait already. Confirm or refuse them first.")


class PaymentReversed(DomainError):
    code = "billing.payment_reversed"
    message = _("{payment} was taken back before.")
