"""How one order ships: the customer's rule, changed for it or for single lines of it (OC07)."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erp.kernel.command import By
from erp.kernel.errors import NotFound
from inventory.outbound.actions.change_ship_rule import change_ship_rule
from inventory.outbound.queries import waits_for
from inventory.outbound.rules import PARTS
from masterdata.parties.models import Customer

from .models import LineDemand, SalesOrder

LINE_RULES = (
    (Customer.ShipRule.PARTIAL.value, gettext_lazy("Ship what is there")),
    (Customer.ShipRule.LINE.value, gettext_lazy("As a whole")),
)
KIT_RULES = (*LINE_RULES, (PARTS, gettext_lazy("Its components as they come")))


def set_ship_rule(by: By, order: SalesOrder, *, lines: Mapping[int, str], **rule: Any) -> str:
    """Change the rule by line numbers; what the order waits for then, in one sentence. Raises NotFound, BadInput."""
    demands: dict[int, list[int]] = {}
    for line, demand in demands_of(order).values_list("line__line", "demand"):
        demands.setdefault(line, []).append(demand)
    if unknown := sorted(lines.keys() - demands.keys()):
        raise NotFound(what=_("line of %(order)s") % {"order": order.number}, reference=unknown[0])
    if order.group is None:
        raise NotFound(what=_("delivery of"), reference=order.number)
    of_demands = {demand: value for line, value in lines.items() for demand in demands[line]}
    change_ship_rule(by, group_id=order.group.pk, lines=of_demands, **rule)
    return waits_for(order.group)


def demands_of(order: SalesOrder) -> QuerySet[LineDemand]:
    """The demands that a rule can be set for: one for each stocked line, each component of a kit."""
    roles = (LineDemand.Role.ORIGINAL, LineDemand.Role.COMPONENT)
    return LineDemand.objects.filter(line__order=order, role__in=roles).order_by("line__line", "demand")
