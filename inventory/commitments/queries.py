"""Locking reads of the promise, and what screens ask about demand and supply."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from erp.kernel.batch import Batch, constant
from inventory.stock.reads import ENSURE_SITE_STOCK
from masterdata.places.rules import earliest_ship_date

from .reads import (
    EXPIRED_QUOTAS,
    FREE_STOCK,
    LEAVING,
    LOCK_PLACES,
    OPEN_STANDINGS,
    OPEN_SUPPLY,
    QUOTAS,
    SITE_CLOCK,
    STANDINGS,
    WAITING,
)
from .rules import Coming, Share, Standing, in_turn
from .sharing import Quota


def lock_open_supply(batch: Batch, *, site_id: int, item_ids: Sequence[int]) -> dict[int, list[Coming]]:
    """Open supplies of the items at a site by due date, locked."""
    found: defaultdict[int, list[Coming]] = defaultdict(list)
    for supply_id, item_id, due_on, free in batch.read(OPEN_SUPPLY, site_id, list(item_ids)):
        found[item_id].append(Coming(supply_id, due_on, free))
    for supplies in found.values():
        supplies.sort(key=lambda supply: (supply.due_on, supply.supply_id))
    return found


def lock_standings(batch: Batch, demand_ids: Sequence[int]) -> list[Standing]:
    """These demands with what is promised to them, locked, in the order they are served."""
    return in_turn(_standings(batch.read(STANDINGS, sorted(set(demand_ids)), batch.now, batch.now)))


def lock_waiting(batch: Batch, *, site_id: int, item_ids: Sequence[int]) -> list[Standing]:
    """Demands of the items at a site that still want stock, locked, in the order they are served."""
    items = sorted(set(item_ids))
    return in_turn(_standings(batch.read(WAITING, site_id, items, batch.now, batch.now)))


def lock_leaving(
    batch: Batch, demand_ids: Sequence[int], *, site_id: int, item_ids: Sequence[int]
) -> tuple[list[Standing], list[Standing]]:
    """These demands, and the others that wait for the items at the site: locked in one go, in the order they are
    served."""
    own, items = set(demand_ids), sorted(set(item_ids))
    rows = batch.read(LEAVING, sorted(own), site_id, items, batch.now, batch.now)
    found = in_turn(_standings(rows))
    return (
        [demand for demand in found if demand.demand_id in own],
        [demand for demand in found if demand.demand_id not in own],
    )


def lock_open_standings(batch: Batch, *, site_id: int, item_ids: Sequence[int]) -> list[Standing]:
    """Every open demand of the items at a site, locked, in the order they are served."""
    items = sorted(set(item_ids))
    return in_turn(_standings(batch.read(OPEN_STANDINGS, site_id, items, batch.now, batch.now)))


def lock_free_stock(
    batch: Batch, *, site_id: int, item_ids: Sequence[int]
) -> tuple[dict[int, int], dict[int, Decimal]]:
    """SiteStock row and free quantity per item, locked; what the site never had gets its row, as the mutex it is."""
    items = sorted(set(item_ids))
    batch.write(ENSURE_SITE_STOCK, site_id, items)
    rows = batch.read(FREE_STOCK, site_id, items)
    return {item: row_id for row_id, item, _ in rows}, {item: free for _, item, free in rows}


def lock_places(batch: Batch, items: Mapping[int, Iterable[int]]) -> None:
    """Lock what is promised of items at several sites at once (`items` by site), for who changes promises at them all.

    In the one order of all such rows, so that two who want the same never wait for each other.
    """
    places = [(site_id, item_id) for site_id in sorted(items) for item_id in sorted(set(items[site_id]))]
    for site_id in sorted(items):
        batch.write(ENSURE_SITE_STOCK, site_id, sorted(set(items[site_id])))
    batch.write(LOCK_PLACES, [site_id for site_id, _ in places], [item_id for _, item_id in places])


def quotas_of(batch: Batch, *, site_id: int, item_ids: Sequence[int]) -> dict[int, list[Quota]]:
    """What quotas keep of the items' stock at a site, by item. Read behind the lock on that stock."""
    found: defaultdict[int, list[Quota]] = defaultdict(list)
    for row in batch.read(QUOTAS, site_id, sorted(set(item_ids)), batch.now):
        found[row[1]].append(Quota(*row))
    return found


def expired_quotas(at: datetime) -> dict[int, list[int]]:
    """Open quotas whose day has come where they keep something, by site."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for site_id, quota_id in constant(EXPIRED_QUOTAS, at):
        found[site_id].append(quota_id)
    return found


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
    for row in rows:
        demand_id, item_id, requested_on, promised_on, wanted, priority, fair, class_id, decimals, stance = (
            row[:10]
        )
        method, supply_id, quantity, on = row[10:]
        if demand_id not in found:
            found[demand_id] = Standing(
                demand_id,
                item_id,
                requested_on,
                promised_on,
                wanted,
                [],
                priority,
                fair,
                class_id,
                Decimal(1).scaleb(-decimals),
                stance,
                method,
            )
        if quantity is not None:
            found[demand_id].shares.append(Share(supply_id, quantity, on))
    return list(found.values())
