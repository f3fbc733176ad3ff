"""Give what arrived to those who wait for it (AT06)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from erp.kernel.batch import Batch
from inventory.commitments.models import Commitment, Demand, PromiseEvent, Supply
from inventory.commitments.rules import Reallocation
from inventory.stock.models import SiteStock

LET_GO = """
WITH taken AS (SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::numeric[]) AS u(demand_id, supply_id, quantity)),
gone AS (
    DELETE FROM inventory_commitment c USING taken u
    WHERE c.demand_id = u.demand_id AND c.supply_id = u.supply_id AND c.quantity = u.quantity)
UPDATE inventory_commitment c SET quantity = c.quantity - u.quantity FROM taken u
WHERE c.demand_id = u.demand_id AND c.supply_id = u.supply_id AND c.quantity > u.quantity"""

PROMISE_STOCK = """
INSERT INTO inventory_commitment (demand_id, supply_id, quantity, promised_on, kind)
SELECT u.demand_id, NULL, u.quantity, u.promised_on, %s::text
FROM unnest(%s::bigint[], %s::numeric[], %s::date[]) AS u(demand_id, quantity, promised_on)
ON CONFLICT (demand_id, supply_id) DO UPDATE
SET quantity = inventory_commitment.quantity + excluded.quantity, promised_on = excluded.promised_on"""


def reallocate_arrival(
    batch: Batch,
    *,
    arrived: dict[int, Decimal],
    plans: Sequence[Reallocation],
    stock_ids: dict[int, int],
    ships_on: date,
) -> None:
    """Write the arrival and the plans: commitments move from supply to stock, promises change with it as cause.

    `arrived` is by supply, `stock_ids` maps item to SiteStock row; all these rows are locked by the caller.
    """
    kept = [(plan, supply, quantity) for plan in plans for supply, quantity in plan.from_supply.items()]
    batch.write(
        LET_GO,
        [plan.backorder.demand_id for plan, _, _ in kept],
        [supply for _, supply, _ in kept],
        [quantity for *_, quantity in kept],
    )
    batch.write(
        PROMISE_STOCK,
        Commitment.Kind.SOFT.value,
        [plan.backorder.demand_id for plan in plans],
        [plan.reserved for plan in plans],
        [max(ships_on, plan.backorder.requested_on) for plan in plans],
    )
    committed = dict.fromkeys(arrived, Decimal(0))
    for _, supply, quantity in kept:
        committed[supply] -= quantity
    by_item: dict[int, Decimal] = {}
    for plan in plans:
        by_item[plan.backorder.item_id] = by_item.get(plan.backorder.item_id, Decimal(0)) + plan.reserved
    batch.update(
        Supply,
        list(arrived),
        add={"received": list(arrived.values()), "committed": [committed[supply] for supply in arrived]},
    )
    batch.update(
        SiteStock, [stock_ids[item_id] for item_id in by_item], add={"reserved": list(by_item.values())}
    )
    dates = [plan.promised_on(ships_on) for plan in plans]
    batch.update(
        Demand,
        [plan.backorder.demand_id for plan in plans],
        promised_on=dates,
        add={"reserved": [plan.reserved for plan in plans]},
    )
    changed = [
        (plan, new) for plan, new in zip(plans, dates, strict=True) if new != plan.backorder.promised_on
    ]
    batch.insert(
        PromiseEvent,
        demand_id=[plan.backorder.demand_id for plan, _ in changed],
        old_on=[plan.backorder.promised_on for plan, _ in changed],
        new_on=[new for _, new in changed],
        cause=PromiseEvent.Cause.RECEIPT.value,
        actor=batch.actor.name,
        effective_at=batch.now,
    )
