"""Put a rush order ahead of others once its hold beyond the quota was released."""

from erp.kernel.batch import Batch
from erp.kernel.command import command
from inventory.models import DemandGroup
from orders.entry.models import SalesOrder
from orders.orchestration.reads import LOCK_RUSH
from orders.rulebook.policies import RUSH_PRIORITY


@command("orders.raise_rush")
def raise_rush(batch: Batch, *, order_id: int) -> None:
    """Give the order's delivery the priority of rush orders. Services, and a second time, change nothing."""
    rows = batch.read(LOCK_RUSH, order_id)
    if not rows:
        return
    ((group_id, company_id, site_id, priority, own),) = rows
    raised = min(priority, RUSH_PRIORITY.value(site=site_id, company=company_id))
    if (priority, own) == (raised, True):
        return
    batch.update(DemandGroup, [group_id], priority=raised, own_priority=True)
    batch.decide("orders.raise_rush", SalesOrder, order_id, {"priority": [priority, raised]})
