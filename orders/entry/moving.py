"""Lines of an order that leave from another site than before, with the deliveries that this takes (AT08)."""

from collections.abc import Iterable, Mapping
from datetime import date

from erp.kernel.batch import Batch
from inventory.commitments.actions.offer_freed import offer_freed
from inventory.commitments.actions.place_demands import add_deliveries, move_demands
from inventory.commitments.actions.write_promises import remember, write_promises
from inventory.commitments.models import DemandGroup, PromiseEvent
from inventory.commitments.queries import lock_free_stock, lock_leaving, lock_open_supply
from inventory.commitments.rules import let_go

from .changes import Change, LockedOrder
from .errors import BoughtAlready
from .gates import leaving_of
from .needs import Need
from .reads import Header


def deliveries_at(
    batch: Batch, locked: LockedOrder, headers: Mapping[int, Header], sites: Iterable[int], on: date
) -> dict[int, int]:
    """The order's deliveries by site, with those that it needs at `sites` and has not yet; all of them leave by the
    day `on` where that is another than before."""
    if on != locked.order.requested_on:
        leaves = [leaving_of(headers[site_id], on).on for site_id in locked.groups]
        batch.update(DemandGroup, list(locked.groups.values()), ship_on=leaves)
    new = sorted(set(sites) - locked.groups.keys())
    days = {site_id: leaving_of(headers[site_id], on).on for site_id in new}
    return {**locked.groups, **add_deliveries(batch, like=locked.order.group_id or 0, days=days)}


def move_lines(
    batch: Batch,
    change: Change,
    moving: Mapping[int, Need],
    was: Mapping[int, int],
    sites: Mapping[int, int],
    groups: Mapping[int, int],
) -> None:
    """Let the demands `moving` go to where they shall leave from (`sites`, by demand): what was promised to them where
    they were (`was`) is offered to who waits there.

    The stock of both is locked by the caller. Raises BoughtAlready for what was bought, or is on order, where it was.
    """
    for site_id in sorted({was[demand_id] for demand_id in moving}):
        needs = [need for demand_id, need in moving.items() if was[demand_id] == site_id]
        items = [need.item_id for need in needs]
        stock_ids, free = lock_free_stock(batch, site_id=site_id, item_ids=items)
        own, waiting = lock_leaving(
            batch, [need.demand_id for need in needs], site_id=site_id, item_ids=items
        )
        for demand in own:
            if demand.bought and demand.shares:
                place = moving[demand.demand_id].place
                raise BoughtAlready(line=change.plans[place].number, item=change.facts[place].code)
        coming = lock_open_supply(batch, site_id=site_id, item_ids=items)
        before = remember(own)
        let_go(own, free=free, coming=coming)
        write_promises(batch, own, before, cause=PromiseEvent.Cause.AMENDED, stock_ids=stock_ids)
        offer_freed(batch, waiting, site_id=site_id, free=free, coming=coming, stock_ids=stock_ids)
    move_demands(batch, demands={demand_id: sites[demand_id] for demand_id in moving}, groups=groups)
