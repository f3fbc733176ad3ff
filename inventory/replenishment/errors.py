"""Refusals of planning."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class ProposalClosed(DomainError):
    code = "inventory.proposal_closed"
    message = _("{item} at {site}: {state}. The next run proposes anew what is still needed.")


class NoSource(DomainError):
    code = "inventory.no_source"
    message = _(
        "{item} at {site}: nobody is known who sells it and may be bought from. Put it into a supplier's catalogue, or "
        "give it a supplier's number, and plan again."
    )


class NotSoldBy(DomainError):
    code = "inventory.not_sold_by"
    message = _("{supplier} does not sell {item}. Choose one of: {sellers}.")


class BeyondBuyingLimit(DomainError):
    code = "inventory.beyond_buying_limit"
    message = _(
        "{value} {currency} from {supplier} in one day are above your limit of {limit}. Somebody with a wider limit "
        "approves it."
    )


class OwnApproval(DomainError):
    code = "inventory.own_approval"
    message = _(
        "{item} at {site}: you have approved it already. It is above your limit; another person approves it."
    )


class PolicyExists(DomainError):
    code = "inventory.stocking_policy_exists"
    message = _("For exactly this there is a stocking policy already. Change that one.")
