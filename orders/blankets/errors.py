"""Refusals of blanket orders."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class OverCallOff(DomainError):
    """Quantities are in the unit of line `line`."""

    code = "orders.over_call_off"
    message = _(
        "Line {line} of {number} has {left} {unit} of {item} left, tolerance included; {wanted} are asked for. "
        "Call off less, or agree a larger quantity."
    )


class CallOffTooSmall(DomainError):
    code = "orders.call_off_too_small"
    message = _(
        "Line {line} of {number} is called off by {least} {unit} of {item} at least; {wanted} are asked for. "
        "Call off more, or all that is left."
    )


class BlanketNotRunning(DomainError):
    code = "orders.blanket_not_running"
    message = _("{number} runs from {first} until {last}. Agree a new term before you call off.")


class BlanketEnded(DomainError):
    code = "orders.blanket_ended"
    message = _("{number} is {state}. Agree a new blanket order, or enter an ordinary order.")


class BlanketWaits(DomainError):
    code = "orders.blanket_waits"
    message = _("{number} waits for approval: {beyond} Have it approved before you call off.")


class CommittedTooLow(DomainError):
    code = "orders.committed_too_low"
    message = _("{called} {unit} of line {line} of {number} are called off already. Commit to that at least.")


class OwnBlanket(DomainError):
    code = "orders.own_blanket"
    message = _("You agreed the prices of {number}. A colleague with the right to approve decides.")
    status = 403


class BlanketNotToApprove(DomainError):
    code = "orders.blanket_not_to_approve"
    message = _("Nothing of {number} waits for approval.")
