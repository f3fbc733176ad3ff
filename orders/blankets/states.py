"""How blanket orders read, and with which tone: the one table that screens and exports use."""

from django.utils.translation import gettext_lazy as _

from .models import BlanketOrder

STATES = {
    "approve": (_("To approve"), "warn"),
    "open": (_("Running"), "ok"),
    "closed": (_("Closed"), "mute"),
    "expired": (_("Expired"), "mute"),
}


def standing(blanket: BlanketOrder) -> str:
    """Where a blanket order stands, a key of STATES."""
    if blanket.state == BlanketOrder.State.OPEN and blanket.beyond and not blanket.approved_by:
        return "approve"
    return blanket.state
