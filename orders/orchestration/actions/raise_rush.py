"""Put a rush order ahead of others once its hold beyond the quota was released."""

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import NotFound
from inventory.models import DemandGroup
from orders.entry.models import SalesOrder
from orders.orchestration.reads import LOCK_RUSH
from orders.rulebook.policies import RUSH_PRIORITY


@command("orders.raise_rush")
def raise_rush(batch: Batch, *, order_id: int) -> None:
    """Give the order's delivery the priority of rush orders. A second time changes nothing. Raises NotFound."""
    rows = batch.read(LOCK_RUSH, order_id)
    if not rows:
        raise NotFound(what=_("rush order"), reference=order_id)
    ((group_id, company_id, site_id, priority, own),) = rows
    raised = min(priority, RUSH_PRIORITY.value(site=site_id, company=company_id))
    if (priority, own) == (raised, True):
        return
    batch.update(DemandGroup, [group_id], priority=raised, own_priority=True)
    batch.decide("orders.raise_rush", SalesOrder, order_id, {"priority": [priority, raised]})
