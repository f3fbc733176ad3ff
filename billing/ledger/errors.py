"""Refusals of the books."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class NoSuspenseAccount(DomainError):
    code = "billing.no_suspense_account"
    message = _("Company {company} has no account rule for suspense. Finance adds one under Accounts.")


class StillUnmapped(DomainError):
    code = "billing.still_unmapped"
    message = _("There is no account for {purpose} yet. Add an account rule, then clear the posting.")


class ControlAccountInUse(DomainError):
    code = "billing.control_account_in_use"
    message = _(
        "{account} holds postings of {purpose}. A control account is not exchanged while it is in use."
    )


class AccountHeld(DomainError):
    code = "billing.account_held"
    message = _(
        "{account} is the account of a bank: only its statements post there. Choose another account for {purpose}."
    )


class PeriodHasOpenWork(DomainError):
    code = "billing.period_has_open_work"
    message = _(
        "{period} cannot close: {unbilled} lines are unbilled and {unmapped} postings unmapped. Finish them first."
    )


class PeriodNotReady(DomainError):
    code = "billing.period_not_ready"
    message = _("{period} cannot close yet. {reasons}")


class PeriodOutOfOrder(DomainError):
    code = "billing.period_out_of_order"
    message = _("{period} cannot be {verb} before {other}.")


class AccountTaken(DomainError):
    code = "billing.account_taken"
    message = _("{value} is already the account {owner} of this company. Change that one instead.")


class RateMissing(DomainError):
    code = "billing.rate_missing"
    message = _("Say how much {into} one {currency} is: the house keeps no rates to consolidate by.")


class ClassOfAnotherKind(DomainError):
    code = "billing.class_of_another_kind"
    message = _(
        "{account_class} gathers accounts of another kind ({kind}). Choose a class of the account's kind."
    )


class ClassTaken(DomainError):
    code = "billing.account_class_taken"
    message = _("{value} is already a class of accounts. Change that one instead.")
