"""How transfers, their differences and proposals look."""

from django.utils.translation import gettext_lazy as _

STATES = {
    "requested": (_("To approve"), "warn"),
    "approved": (_("To ship"), "info"),
    "shipped": (_("In transit"), "info"),
    "received": (_("Received"), "ok"),
    "refused": (_("Refused"), "bad"),
    "cancelled": (_("Cancelled"), "mute"),
}
DIFFERENCES = {
    "open": (_("Open"), "warn"),
    "waiting": (_("Write-off to approve"), "info"),
    "found": (_("Found"), "ok"),
    "written_off": (_("Written off"), "mute"),
    "claimed": (_("Claimed"), "mute"),
}
PROPOSALS = {
    "open": (_("Open"), "info"),
    "accepted": (_("Accepted"), "ok"),
    "dismissed": (_("Dismissed"), "mute"),
    "gone": (_("Not needed any more"), "mute"),
}
