"""How one order ships: the customer's rule, changed for it or for single lines of it (OC07)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erp.kernel.command import By
from erp.kernel.errors import NotFound
from inventory.commitments.models import Demand, DemandGroup
from inventory.outbound.queries import waits_for
from inventory.outbound.rules import PARTS
from masterdata.parties.models import Customer

from .actions.rule_deliveries import rule_deliveries
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
    rule_deliveries(by, order_id=order.pk, lines=of_demands, **rule)
    return waits_of(deliveries_of_order(order))


def deliveries_of_order(order: SalesOrder) -> list[DemandGroup]:
    """One for each site that goods of the order leave from, its own first; none of what is cancelled or went away."""
    if order.group_id is None:
        return []
    wanted = Demand.objects.filter(group=OuterRef("pk"), ordered__gt=F("cancelled"))
    found = DemandGroup.objects.filter(Exists(wanted), document=order.number).select_related("site")
    return sorted(found, key=lambda delivery: (delivery.pk != order.group_id, delivery.pk))


def waits_of(deliveries: Sequence[DemandGroup]) -> str:
    """Why the deliveries do not go to the warehouse as far as their ship rule is concerned, by site where there are
    several; empty where all may."""
    waiting = [(delivery, words) for delivery in deliveries if (words := waits_for(delivery))]
    if len(deliveries) < 2:
        return " ".join(words for _delivery, words in waiting)
    return " ".join(f"{delivery.site.code}: {words}" for delivery, words in waiting)


def demands_of(order: SalesOrder) -> QuerySet[LineDemand]:
    """The demands that a rule can be set for: one for each stocked line, each component of a kit."""
    roles = (LineDemand.Role.ORIGINAL, LineDemand.Role.COMPONENT)
    return LineDemand.objects.filter(line__order=order, role__in=roles).order_by("line__line", "demand")
