"""What is bought for one demand is kept for it, from the purchase order on (OC12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from inventory.commitments.actions.offer_freed import offer_freed
from inventory.commitments.actions.write_promises import remember, write_promises
from inventory.commitments.models import PromiseEvent, SupplyMethod
from inventory.commitments.queries import first_ship_day, lock_free_stock, lock_leaving, lock_open_supply
from inventory.commitments.rules import Standing
from inventory.purchasing.errors import NotToBuy

# What never changes of a demand, read without a lock.
BUYING_FOR = """
SELECT d.id, d.site_id, d.group_id, g.document FROM inventory_demand d
JOIN inventory_demandgroup g ON g.id = d.group_id WHERE d.id = ANY(%s::bigint[])"""


@dataclass(frozen=True, slots=True)
class Peg:
    """One line of a purchase order and the demand it is bought for; quantity in the stock unit."""

    place: int
    demand_id: int | None
    item_id: int
    supply_id: int
    quantity: Decimal
    due_on: date


def promise_bought(
    batch: Batch, *, site_id: int, group_id: int | None, pegs: Sequence[Peg], item_ids: Sequence[int]
) -> list[dict[str, Any]]:
    """Give the pegged supplies to their demands and what is left to those who wait; what changed.

    A demand gets what it still waits for; more than that, because it is sold to us in boxes, is anyone's. Raises
    NotToBuy. The number of statements does not depend on the lines.
    """
    wanted = [peg.demand_id for peg in pegs if peg.demand_id is not None]
    known = {row[0]: row[1:] for row in batch.read(BUYING_FOR, sorted(wanted))}
    stock_ids, free = lock_free_stock(batch, site_id=site_id, item_ids=item_ids)
    own, waiting = lock_leaving(batch, wanted, site_id=site_id, item_ids=item_ids)
    coming = lock_open_supply(batch, site_id=site_id, item_ids=item_ids)
    ships_on = first_ship_day(batch, site_id)
    standings = {demand.demand_id: demand for demand in own}
    before = remember(own)
    for peg in pegs:
        demand = standings.get(peg.demand_id or 0)
        _refuse(peg, demand, known, site_id, group_id)
        assert demand is not None
        kept = min(peg.quantity, demand.uncovered)
        leaves = (peg.due_on,) if group_id is not None else (ships_on, peg.due_on)
        demand.gain(peg.supply_id, kept, max(demand.requested_on, *leaves))
        for supply in coming.get(peg.item_id, ()):
            if supply.supply_id == peg.supply_id:
                supply.free -= kept
    cause = PromiseEvent.Cause.RESOURCED
    changed = write_promises(batch, own, before, cause=cause, stock_ids=stock_ids)
    others = [demand for demand in waiting if not demand.bought]
    return changed + offer_freed(
        batch, others, site_id=site_id, free=free, coming=coming, stock_ids=stock_ids, cause=cause
    )


def _refuse(
    peg: Peg,
    demand: Standing | None,
    known: dict[int, tuple[Any, ...]],
    site_id: int,
    group_id: int | None,
) -> None:
    at, group, document = known.get(peg.demand_id or 0, (None, None, _("no order")))
    method = SupplyMethod.SPECIAL if group_id is None else SupplyMethod.DROP
    if demand is None or at != site_id or demand.item_id != peg.item_id:
        reason = _("a line names one order line of its item at the site.")
    elif group_id not in (None, group):
        reason = _("the goods go to the customer of another delivery.")
    elif demand.method != method:
        reason = _("it is not to be supplied that way.")
    elif demand.uncovered <= 0:
        reason = _("everything it wants is bought already, or not wanted any more.")
    elif group_id is not None and peg.quantity > demand.uncovered:
        reason = _("the supplier would send more than is still wanted.")
    else:
        return
    raise NotToBuy(line=peg.place, document=document, reason=reason)
