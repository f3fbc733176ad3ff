"""How returns read, and with which tone: the one table that screens and exports use."""

from django.utils.translation import gettext_lazy as _

from .models import CarrierClaim, CustomerReturn

State = CustomerReturn.State
STATES = {
    State.REQUESTED: (_("To approve"), "warn"),
    State.APPROVED: (_("To receive"), "info"),
    State.RECEIVED: (_("To inspect"), "warn"),
    State.INSPECTED: (_("To credit"), "info"),
    State.CLOSED: (_("Closed"), "ok"),
    State.REJECTED: (_("Rejected"), "bad"),
    State.CANCELLED: (_("Cancelled"), "mute"),
}
OPEN = (State.REQUESTED, State.APPROVED, State.RECEIVED, State.INSPECTED)
ARRIVING = (State.APPROVED, State.RECEIVED, State.INSPECTED)
CLAIMS = {
    CarrierClaim.State.OPEN: (_("Open"), "warn"),
    CarrierClaim.State.PAID: (_("Paid"), "ok"),
    CarrierClaim.State.DENIED: (_("Denied"), "bad"),
}
