"""Refusals around holds."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class OwnHold(DomainError):
    code = "orders.own_hold"
    message = _("You caused the hold on {order} yourself. Someone else has to release it.")
    status = 403


class HoldReleased(DomainError):
    """The hold was released by someone else meanwhile."""

    code = "orders.hold_released"
    message = _("The hold on {order} was already released by {by}.")


class AlreadyHeld(DomainError):
    code = "orders.already_held"
    message = _("{order} is already held by hand. Release that hold first.")
