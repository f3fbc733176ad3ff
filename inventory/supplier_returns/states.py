"""How a supplier return looks by its state."""

from django.utils.translation import gettext_lazy as _

STATES = {
    "sent": (_("Credit awaited"), "warn"),
    "credited": (_("Credited"), "ok"),
    "denied": (_("Denied"), "bad"),
}
