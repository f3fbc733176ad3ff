"""How receipt differences look."""

from django.utils.translation import gettext_lazy as _

DIFFERENCES = {
    "open": (_("Open"), "warn"),
    "will_follow": (_("The supplier sends it"), "info"),
    "given_up": (_("Not expected any more"), "mute"),
    "sent_back": (_("Went back to the supplier"), "ok"),
    "taken_in": (_("Taken in after all"), "ok"),
}
