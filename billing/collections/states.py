"""How promises to pay stand, in words."""

from django.utils.translation import gettext_lazy as _

from billing.collections.queries import BROKEN, ENDED, KEPT, OPEN

STANDINGS = {
    OPEN: (_("Promised"), "info"),
    KEPT: (_("Kept"), "ok"),
    BROKEN: (_("Broken"), "bad"),
    ENDED: (_("Ended before"), "mute"),
}
