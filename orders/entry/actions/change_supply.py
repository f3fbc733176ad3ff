"""Lines of an order are supplied otherwise: bought for it because stock is short, or from stock after all (OC12)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from inventory.commitments.actions.offer_freed import offer_freed
from inventory.commitments.actions.write_promises import KINDS, remember, write_promises
from inventory.commitments.models import Demand, PromiseEvent, SupplyMethod
from inventory.commitments.queries import (
    first_ship_day,
    lock_free_stock,
    lock_leaving,
    lock_open_supply,
    quotas_of,
)
from inventory.commitments.rules import Coming, Standing, replan, take_back
from orders.entry.actions.amend_order import AMEND_ORDER
from orders.entry.changes import LineRow, LockedOrder, by_site, lock_order
from orders.entry.errors import BoughtAlready
from orders.entry.events import OrderChanged
from orders.entry.models import SalesOrder

# What a demand keeps becomes its own, or is a promise like any other again.
MARK = """
UPDATE inventory_commitment c SET kind = u.kind FROM unnest(%s::bigint[], %s::text[]) AS u(demand_id, kind)
WHERE c.demand_id = u.demand_id AND c.kind <> u.kind"""


@dataclass(frozen=True, slots=True)
class SuppliedOtherwise:
    """The order's version after it, and the lines that changed."""

    order_id: int
    version: int
    lines: list[int]


@command("orders.change_supply")
def change_supply(
    batch: Batch, *, order_id: int, version: int, supply: Mapping[int, str], reason: str
) -> SuppliedOtherwise:
    """Supply the open rest of lines otherwise (`supply`: SupplyMethod by line number).

    A special order keeps what is reserved for it and buys the rest; a drop shipment gives everything back; what comes
    from stock again is promised anew. What becomes free goes to those who wait. Raises what `lock_order` raises,
    BadInput, NotFound, BoughtAlready while something is on order for a line.
    """
    if set(supply.values()) - set(SupplyMethod.values):
        raise BadInput(field="supply", reason=_("stock, special or drop."))
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say why it is supplied otherwise."))
    mine = [{"line": number, "value": SupplyMethod(method).label} for number, method in supply.items()]
    locked = lock_order(
        batch,
        order_id=order_id,
        version=version,
        right=AMEND_ORDER,
        verb=_("supplying it otherwise"),
        mine=mine,
    )
    if not supply:
        raise BadInput(field="supply", reason=_("every line is supplied so already."))
    order, chosen = locked.order, _chosen(locked, supply)
    if SupplyMethod.DROP in supply.values() and order.ship_to_id is None:
        raise BadInput(field="supply", reason=_("the supplier needs an address: the order has no ship-to."))
    rows = {demand_id: row for row in chosen for demand_id in row.demand_ids}
    changed: list[int] = []
    promises: list[dict[str, Any]] = []
    for site_id, lines in by_site(batch, chosen):
        turned, promised = _turn_at(batch, site_id, lines, supply)
        changed += turned
        promises += promised
    numbers = sorted({rows[demand_id].line for demand_id in changed})
    if not changed:
        return SuppliedOtherwise(order_id, order.version, [])
    batch.update(SalesOrder, [order_id], version=order.version + 1)
    batch.decide(
        "orders.change_supply",
        SalesOrder,
        order_id,
        {"supply": {str(n): supply[n] for n in numbers}, "reason": reason, "promises": promises},
    )
    batch.publish(OrderChanged(order_id=order_id))
    return SuppliedOtherwise(order_id, order.version + 1, numbers)


def _turn_at(
    batch: Batch, site_id: int, lines: Sequence[LineRow], supply: Mapping[int, str]
) -> tuple[list[int], list[dict[str, Any]]]:
    """Supply these lines otherwise at the site they leave from: the demands that changed, and their promises."""
    rows = {demand_id: row for row in lines for demand_id in row.demand_ids}
    items = [row.item_id for row in lines]
    stock_ids, free = lock_free_stock(batch, site_id=site_id, item_ids=items)
    own, waiting = lock_leaving(batch, list(rows), site_id=site_id, item_ids=items)
    own = [each for each in own if each.open > 0 and each.method != supply[rows[each.demand_id].line]]
    coming = lock_open_supply(batch, site_id=site_id, item_ids=items)
    before = remember(own)
    for demand in own:
        _turn(demand, rows[demand.demand_id], supply[rows[demand.demand_id].line], free=free, coming=coming)
    if any(not demand.bought for demand in own):
        replan(
            own,
            free=free,
            coming=coming,
            ships_on=first_ship_day(batch, site_id),
            quotas=quotas_of(batch, site_id=site_id, item_ids=items),
        )
    changed = [demand.demand_id for demand in own]
    batch.update(Demand, changed, supply_method=[demand.method for demand in own])
    cause = PromiseEvent.Cause.AMENDED
    promises = write_promises(batch, own, before, cause=cause, stock_ids=stock_ids)
    batch.write(MARK, changed, [KINDS[demand.bought].value for demand in own])
    offer_freed(batch, waiting, site_id=site_id, free=free, coming=coming, stock_ids=stock_ids)
    return changed, promises


def _chosen(locked: LockedOrder, numbers: Collection[int]) -> list[LineRow]:
    rows = {row.line: row for row in locked.lines}
    if unknown := sorted(set(numbers) - rows.keys()):
        raise NotFound(what=_("line of %(order)s") % {"order": locked.order.number}, reference=unknown[0])
    chosen = [rows[number] for number in sorted(set(numbers))]
    for row in chosen:
        if not row.demand_ids:
            raise BadInput(field="lines", reason=_("line %(n)s is a service.") % {"n": row.line})
    return chosen


def _turn(
    demand: Standing,
    row: LineRow,
    method: str,
    *,
    free: dict[int, Decimal],
    coming: Mapping[int, list[Coming]],
) -> None:
    """Give back what it may not keep. What is on order for it stays a reason not to."""
    if demand.bought and any(share.supply_id is not None for share in demand.shares):
        raise BoughtAlready(line=row.line, item=row.code)
    given = [share for share in demand.shares if method == SupplyMethod.DROP or share.supply_id is not None]
    demand.shares = [share for share in demand.shares if share not in given]
    take_back(demand.item_id, given, free=free, coming=coming)
    demand.method = method
