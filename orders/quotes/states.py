"""How quotes read, and with which tone: the one table that screens and exports use."""

from django.utils.translation import gettext_lazy as _

from .models import Quote

State = Quote.State
STATES = {
    "approve": (_("To approve"), "warn"),
    "open": (_("To send"), "warn"),
    "sent": (_("Sent"), "info"),
    "part": (_("Partly ordered"), "info"),
    "won": (_("Ordered"), "ok"),
    "lost": (_("Lost"), "bad"),
    "expired": (_("Expired"), "mute"),
}
OPEN = (State.OPEN, State.SENT)
GONE = (State.LOST, State.EXPIRED)


def standing(quote: Quote) -> str:
    """Where a quote stands, a key of STATES."""
    if quote.state in OPEN and quote.beyond and not quote.approved_by:
        return "approve"
    return "part" if quote.state in OPEN and quote.ordered_net else quote.state
