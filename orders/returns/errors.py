"""Refusals of returns."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class ReturnLineRefused(DomainError):
    """Line `line` as it was given, counted from 1."""

    code = "orders.return_line_refused"
    message = _("Line {line}: {reason}")


class WrongReturnState(DomainError):
    code = "orders.wrong_return_state"
    message = _("{number} is {state}. {remedy}")


class OwnReturn(DomainError):
    code = "orders.own_return"
    message = _("You requested {number}, and {exceeds} A colleague with the right to approve decides.")
    status = 403


class AlreadyReplaced(DomainError):
    code = "orders.already_replaced"
    message = _("{number} was already replaced by {order}. Enter a new order for more.")


class NothingSetAside(DomainError):
    code = "orders.nothing_set_aside"
    message = _("Nothing of {number} is set aside at the dock. Look at its present state.")


class ClaimSettled(DomainError):
    code = "orders.claim_settled"
    message = _("The claim of {number} is {state} already.")
