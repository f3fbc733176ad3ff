"""Refusals between two sites."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class TransferRefused(DomainError):
    code = "inventory.transfer_refused"
    message = _("{item}: {reason}")


class BetweenCompanies(DomainError):
    code = "inventory.transfer_between_companies"
    message = _(
        "{site} belongs to {company} and {to_site} to {to_company}: between companies goods are sold, at a price and "
        "in both books. Order them from {company} with a purchase order of {to_company}."
    )


class WrongTransferState(DomainError):
    code = "inventory.wrong_transfer_state"
    message = _("{number} is {state}: {verb} is not possible. {remedy}")


class OwnTransfer(DomainError):
    code = "inventory.own_transfer"
    message = _(
        "{number} is your own request and worth more than {limit}. Another person approves it, or you ask for less."
    )


class BeyondTransferLimit(DomainError):
    code = "inventory.beyond_transfer_limit"
    message = _("{number} is worth more than your limit of {limit}. Someone with a wider limit approves it.")


class DifferenceCleared(DomainError):
    code = "inventory.difference_cleared"
    message = _("The difference of {item} is {state} already. Look at {number} for what became of it.")


class ProposalDecided(DomainError):
    code = "inventory.proposal_decided"
    message = _("The proposal for {item} is {state} already. Look at the newest proposals.")
