"""Locking reads of the promise, and what screens ask about demand and supply."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from erp.kernel.batch import Batch
from masterdata.places.rules import earliest_ship_date

from .rules import Backorder, Coming, Share, Standing, in_turn

OPEN_SUPPLY = """
SELECT id, item_id, due_on, expected - received - cancelled - committed
FROM inventory_supply
WHERE site_id = %s::bigint AND item_id = ANY(%s::bigint[]) AND expected > received + cancelled
ORDER BY id FOR NO KEY UPDATE"""


def lock_open_supply(batch: Batch, *, site_id: int, item_ids: Sequence[int]) -> dict[int, list[Coming]]:
    """Open supplies of the items at a site by due date, locked."""
    found: defaultdict[int, list[Coming]] = defaultdict(list)
    for supply_id, item_id, due_on, free in batch.read(OPEN_SUPPLY, site_id, list(item_ids)):
        found[item_id].append(Coming(supply_id, due_on, free))
    for supplies in found.values():
        supplies.sort(key=lambda supply: (supply.due_on, supply.supply_id))
    return found


BACKORDERS = """
SELECT d.id, d.item_id, d.ordered - d.shipped - d.cancelled - d.reserved, g.priority, d.requested_on, d.promised_on
FROM inventory_demand d JOIN inventory_demandgroup g ON g.id = d.group_id
WHERE d.site_id = %s::bigint AND d.item_id = ANY(%s::bigint[]) AND d.ordered > d.shipped + d.cancelled + d.reserved
ORDER BY d.id FOR NO KEY UPDATE OF d"""

LEANING = """
SELECT c.demand_id, c.supply_id, c.quantity, c.promised_on FROM inventory_commitment c
WHERE c.demand_id = ANY(%s::bigint[]) AND c.supply_id IS NOT NULL"""


def lock_backorders(batch: Batch, *, site_id: int, item_ids: Sequence[int]) -> list[Backorder]:
    """Demands of the items at a site that still want stock, locked, with the supplies they lean on."""
    found = {row[0]: Backorder(*row) for row in batch.read(BACKORDERS, site_id, sorted(set(item_ids)))}
    if found:
        for demand_id, supply_id, quantity, on in batch.read(LEANING, list(found)):
            found[demand_id].leans_on[supply_id] = (quantity, on)
    return list(found.values())


# The demands first, locked; their promises and priority are read behind the lock on the site's stock, which
# everyone holds who changes a promise.
STANDINGS = """
WITH demand AS MATERIALIZED (
    SELECT d.id, d.group_id, d.item_id, d.requested_on, d.promised_on, d.ordered - d.shipped - d.cancelled AS open
    FROM inventory_demand d WHERE d.id = ANY(%s::bigint[]) ORDER BY d.id FOR NO KEY UPDATE)
SELECT d.id, d.item_id, d.requested_on, d.promised_on, d.open, g.priority, c.supply_id, c.quantity, c.promised_on
FROM demand d JOIN inventory_demandgroup g ON g.id = d.group_id
LEFT JOIN inventory_commitment c ON c.demand_id = d.id"""

SITE_CLOCK = """
SELECT (%s::timestamptz AT TIME ZONE s.time_zone)::text, s.cut_off, s.ship_days, s.working_days,
    ARRAY(SELECT h.on FROM masterdata_holiday h WHERE h.site_id = s.id)
FROM masterdata_site s WHERE s.id = %s::bigint"""


def lock_standings(batch: Batch, demand_ids: Sequence[int]) -> list[Standing]:
    """These demands with what is promised to them, locked, in the order they are served."""
    return in_turn(_standings(batch.read(STANDINGS, sorted(set(demand_ids)))))


def first_ship_day(batch: Batch, site_id: int) -> date:
    """The first day on which what the site has now can leave it."""
    ((clock, cut_off, ship_days, working_days, holidays),) = batch.read(SITE_CLOCK, batch.now, site_id)
    return earliest_ship_date(
        at=datetime.fromisoformat(clock),
        cut_off=cut_off,
        ship_days=ship_days,
        working_days=working_days,
        holidays=frozenset(holidays),
    )


def _standings(rows: Sequence[tuple[Any, ...]]) -> list[Standing]:
    found: dict[int, Standing] = {}
    for (
        demand_id,
        item_id,
        requested_on,
        promised_on,
        open_quantity,
        priority,
        supply_id,
        quantity,
        on,
    ) in rows:
        demand = found.setdefault(
            demand_id, Standing(demand_id, item_id, requested_on, promised_on, open_quantity, [], priority)
        )
        if quantity is not None:
            demand.shares.append(Share(supply_id, quantity, on))
    return list(found.values())
