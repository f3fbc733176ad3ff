"""Refusals around order rules and rush orders."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class OwnRules(DomainError):
    code = "orders.own_rules"
    message = _("You wrote or proposed these rules, so someone else approves them.")
    status = 403


class RulesOpen(DomainError):
    code = "orders.rules_open"
    message = _("{version} is being written already. Change it, or drop it first.")


class RulesState(DomainError):
    code = "orders.rules_state"
    message = _("{version} is {state}, so it cannot be {verb}. {remedy}")


class RushUnknown(DomainError):
    code = "orders.rush_unknown"
    message = _("There is no rush code {rush}. Known are: {codes}.")
    status = 400


class RushUsedUp(DomainError):
    """The site's quota of rush orders is used up for the day or week."""

    code = "orders.rush_used_up"
    message = _(
        "{site} takes {quota} {unit} as rush {period} and has {used} already; this order asks for {asked}. "
        "Send it without rush, or ask the process owner for a higher quota."
    )
