"""Change how an order ships: the same rule for each of its deliveries (OC07)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import NotFound
from inventory.outbound.actions.change_ship_rule import change_ship_rule

# No delivery comes meanwhile that would keep the rule of before.
LOCK = "SELECT o.id FROM orders_salesorder o WHERE o.id = %s::bigint FOR NO KEY UPDATE"
DELIVERIES = """
SELECT g.id, g.id = o.group_id, ARRAY(SELECT d.id FROM inventory_demand d WHERE d.group_id = g.id)
FROM orders_salesorder o JOIN inventory_demandgroup g ON g.document = o.number WHERE o.id = %s::bigint ORDER BY g.id"""


@command("orders.rule_deliveries")
def rule_deliveries(
    batch: Batch, *, order_id: int, lines: Mapping[int, str], version: int | None = None, **rule: Any
) -> None:
    """Set the rule of every delivery of the order, and those of the demands in `lines`: each delivery keeps it by
    itself.

    `version`: of the order's own delivery, when it was looked at. Raises what `change_ship_rule` raises.
    """
    batch.write(LOCK, order_id)
    rows = batch.read(DELIVERIES, order_id)
    if not rows:
        raise NotFound(what=_("delivery of order"), reference=order_id)
    for group_id, is_own, demand_ids in rows:
        of_group = {demand_id: lines[demand_id] for demand_id in demand_ids if demand_id in lines}
        seen = version if is_own else None
        change_ship_rule.inside(batch, group_id=group_id, lines=of_group, version=seen, **rule)
