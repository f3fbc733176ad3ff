"""How statuses and states look."""

from django.utils.translation import gettext_lazy as _

from inventory.stock.statuses import TRAITS

STATUSES = {
    status.value: (status.label, "ok" if traits.promisable else "bad" if traits.strict else "warn")
    for status, traits in TRAITS.items()
} | {"": (_("Several"), "mute")}

STATES = {
    "waiting": (_("To approve"), "warn"),
    "posted": (_("Posted"), "ok"),
    "refused": (_("Refused"), "bad"),
}
