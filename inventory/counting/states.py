"""How counts look."""

from django.utils.translation import gettext_lazy as _

STATES = {
    "open": (_("To count"), "info"),
    "recount": (_("To count again"), "warn"),
    "done": (_("Counted"), "ok"),
    "cancelled": (_("Cancelled"), "mute"),
}
