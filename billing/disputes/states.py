"""How disputes and their outcomes are called on pages, and how that sounds."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from billing.disputes.models import Dispute, DisputeOutcome

STATES = {
    "open": (_("Open"), "info"),
    "waits": (_("Write-off to approve"), "warn"),
    "closed": (_("Closed"), "mute"),
}
OUTCOMES = {
    DisputeOutcome.State.WAITING: (_("To approve"), "warn"),
    DisputeOutcome.State.DONE: (_("Done"), "ok"),
    DisputeOutcome.State.REFUSED: (_("Refused"), "mute"),
    DisputeOutcome.State.TAKEN_BACK: (_("Taken back"), "mute"),
}


def state_of(dispute: Any) -> str:
    """A key of STATES; the dispute comes from `dispute_list`."""
    if dispute.closed_at is not None:
        return "closed"
    return "waits" if dispute.waits else "open"


def chip_of(dispute: Dispute) -> tuple[Any, str]:
    return STATES[state_of(dispute)]
