"""Give up what a supplier will not deliver any more, and promise its demands from elsewhere."""

from dataclasses import dataclass
from decimal import Decimal

from erp.kernel.access import permit
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import NotFound
from inventory.commitments.actions.write_promises import remember, write_promises
from inventory.commitments.models import PromiseEvent
from inventory.commitments.queries import first_ship_day, lock_open_supply, lock_standings, quotas_of
from inventory.commitments.rules import replan
from inventory.purchasing.errors import NothingToCancel
from inventory.purchasing.models import PurchaseOrder
from inventory.stock.reads import lock_site_stock

CANCEL_LINE = permit("inventory.cancel_purchase_line", "procurement", "process_owner")

LINE = """
SELECT p.id, p.number, p.company_id, p.site_id, l.line, l.supply_id, l.item_id
FROM inventory_purchaseorderline l JOIN inventory_purchaseorder p ON p.id = l.order_id
WHERE l.id = %s::bigint FOR NO KEY UPDATE OF p"""

LEANING = "SELECT c.demand_id FROM inventory_commitment c WHERE c.supply_id = %s::bigint"

OPEN = """
SELECT s.expected - s.received - s.cancelled FROM inventory_supply s WHERE s.id = %s::bigint FOR NO KEY UPDATE"""


@dataclass(frozen=True, slots=True)
class CancelledLine:
    """How much is not expected any more, in the stock unit, and how many promises changed with it."""

    quantity: str
    promises_changed: int


@command("inventory.cancel_purchase_line")
def cancel_purchase_line(batch: Batch, *, line_id: int, reason: str) -> CancelledLine:
    """Cancel what is still open of one purchase order line; what has arrived stays.

    Demands that leaned on it are promised from free stock or other supplies, else they wait without a date.
    Raises NothingToCancel.
    """
    rows = batch.read(LINE, line_id)
    if not rows:
        raise NotFound(what="purchase order line", reference=line_id)
    ((order_id, number, company_id, site_id, line, supply_id, item_id),) = rows
    batch.actor.require(CANCEL_LINE, company=company_id, site=site_id)
    _, stock = lock_site_stock(
        batch,
        company_id=company_id,
        site_id=site_id,
        item_ids=[item_id],
        effective_at=batch.now,
        ensure=True,
    )
    standings = lock_standings(batch, [row[0] for row in batch.read(LEANING, supply_id)])
    coming = lock_open_supply(batch, site_id=site_id, item_ids=[item_id])
    ((open_quantity,),) = batch.read(OPEN, supply_id)
    if not open_quantity:
        raise NothingToCancel(line=line, order=number)
    before = remember(standings)
    for demand in standings:
        demand.lose(supply_id, Decimal(open_quantity))
    others = {item_id: [supply for supply in coming.get(item_id, ()) if supply.supply_id != supply_id]}
    row = stock[item_id]
    replan(
        standings,
        free={item_id: row.available - row.reserved},
        coming=others,
        ships_on=first_ship_day(batch, site_id),
        quotas=quotas_of(batch, site_id=site_id, item_ids=[item_id]),
    )
    promises = write_promises(
        batch,
        standings,
        before,
        cause=PromiseEvent.Cause.RESOURCED,
        stock_ids={item_id: row.id},
        cancelled={supply_id: open_quantity},
    )
    batch.decide(
        "inventory.cancel_purchase_line",
        PurchaseOrder,
        order_id,
        {
            "sentence": f"Line {line}: {open_quantity.normalize():f} not expected any more. {reason}".strip(),
            "reason": reason,
            "promises": promises,
        },
    )
    return CancelledLine(str(open_quantity), len(promises))
