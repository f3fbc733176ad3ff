"""Refusals of banking."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class BankFileRefused(DomainError):
    """Nothing of the file was taken. `rule` is stable, `cause` has the figures."""

    code = "billing.bank_file_refused"
    message = _("The file is not taken: {cause} (rule {rule}). What to do: {remedy}.")
    status = 422


class AccountInUse(DomainError):
    code = "billing.bank_ledger_account_in_use"
    message = _(
        "{account} cannot be the account of a bank: {reason} Choose an account of assets that nothing else posts to."
    )


class BankAccountTaken(DomainError):
    code = "billing.bank_account_taken"
    message = _("{value} in {currency} is already the bank account {owner}.")


class EntryNotOpen(DomainError):
    code = "billing.bank_entry_not_open"
    message = _("{entry} is {state}. Take it back first, if it is to be posted otherwise.")


class EntryNotPosted(DomainError):
    code = "billing.bank_entry_not_posted"
    message = _("{entry} is {state}: there is nothing to take back.")


class NoProposal(DomainError):
    code = "billing.bank_entry_without_proposal"
    message = _("{entry} has no proposal: {why}. Choose a customer or an account.")


class NotMoneyIn(DomainError):
    code = "billing.bank_entry_not_money_in"
    message = _("{entry} of {amount} went out of the account: code it to an account of the ledger.")


class NotCodable(DomainError):
    code = "billing.bank_entry_not_codable"
    message = _("{account} takes no bank entries: {reason} Choose another account.")
