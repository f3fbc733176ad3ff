"""How states read, and with which tone: the one table that screens and exports use."""

from django.utils.translation import gettext_lazy as _

from masterdata.parties.models import Customer

from .models import Shipment

State = Shipment.State
OPEN = (State.RELEASED, State.PICKED, State.PACKED)
STATES = {
    State.RELEASED: (_("To pick"), "info"),
    State.PICKED: (_("To pack"), "info"),
    State.PACKED: (_("To ship"), "info"),
    State.SHIPPED: (_("Shipped"), "ok"),
    State.CANCELLED: (_("Cancelled"), "mute"),
    State.REVERSED: (_("Reversed"), "warn"),
}
SHIP_RULES = {
    Customer.ShipRule.PARTIAL: (_("What is there"), "mute"),
    Customer.ShipRule.LINE: (_("Whole lines"), "info"),
    Customer.ShipRule.COMPLETE: (_("Whole order"), "info"),
}
