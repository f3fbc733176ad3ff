"""How states read, and with which tone: the one table that screens and exports use."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from inventory.commitments.models import DemandGroup
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


def rule_words(group: DemandGroup) -> str:
    """How a delivery ships, in words: "Whole lines, at least 80 %, at most 2 shipments"."""
    said: list[Any] = [SHIP_RULES[Customer.ShipRule(group.ship_rule)][0]]
    if group.minimum_fill_percent:
        said.append(_("at least %(n)s %%") % {"n": group.minimum_fill_percent})
    if group.maximum_shipments:
        said.append(_("at most %(n)s shipments") % {"n": group.maximum_shipments})
    if group.has_line_rules and group.demands.exclude(ship_rule="").exists():  # else it has kits
        said.append(_("some lines differ"))
    return ", ".join(str(each) for each in said)
