"""How putaway tasks look."""

from django.utils.translation import gettext_lazy as _

STATES = {
    "open": (_("To put away"), "info"),
    "done": (_("Put away"), "ok"),
    "closed": (_("Closed without"), "mute"),
}
