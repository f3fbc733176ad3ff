"""The promise half of an amendment: touched lines let theirs go and are promised again."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.errors import BadInput
from inventory.commitments.actions.offer_freed import offer_freed
from inventory.commitments.actions.place_demands import add_demands
from inventory.commitments.actions.write_promises import cancel_open, remember, write_promises
from inventory.commitments.freshness import fresh_stock
from inventory.commitments.models import PromiseEvent
from inventory.commitments.queries import (
    lock_free_stock,
    lock_leaving,
    lock_open_supply,
    lock_places,
    quotas_of,
)
from inventory.commitments.rules import (
    Coming,
    Promise,
    Standing,
    Wanted,
    let_go,
    plan_promises,
    take_back,
)
from inventory.commitments.sharing import open_stock
from orders.entry.changes import Change, LockedOrder
from orders.entry.gates import leaving_of, stock_until
from orders.entry.moving import deliveries_at, move_lines
from orders.entry.needs import Need, limiting, needs_of, promises_by_line
from orders.entry.policies import kit_rule_of
from orders.entry.reads import Header
from orders.entry.supplying import method_of


def promise_anew(
    batch: Batch,
    locked: LockedOrder,
    headers: Mapping[int, Header],
    change: Change,
    on: date,
    *,
    also: Sequence[int] = (),
) -> list[dict[str, Any] | None]:
    """Let the touched lines' promises go and make new ones for the day `on`; what each planned line got, for the
    why-record.

    `headers`: the order as each of its sites would have it. A line that names another site than it had goes there. What
    they leave is offered to those who wait, in the same transaction, and what is free of the items `also`: those of an
    order that has come to another site. Raises BadInput, BoughtAlready.
    """
    order, plans = locked.order, change.plans
    quantities = [outcome.stock_quantity for outcome in change.outcomes]
    needs = needs_of(change.facts, quantities)
    was = {demand_id: locked.site_of(row) for row in locked.lines for demand_id in row.demand_ids}
    planned = {demand_id for plan in plans if plan.row is not None for demand_id in plan.row.demand_ids}
    placed = {need.demand_id for need in needs if need.demand_id in planned}
    if len(placed) < len(needs) and order.group_id is None:
        raise BadInput(
            field="lines", reason=_("this order is for services only. Enter goods as a new order.")
        )
    own = order.site_id
    sites = {need.demand_id: locked.site_of(plans[need.place].request) for need in needs}
    gone = {demand_id: was[demand_id] for row in change.dropped for demand_id in row.demand_ids}
    moving = {
        need.demand_id: need
        for need in needs
        if need.demand_id in placed and was[need.demand_id] != sites[need.demand_id]
    }
    items: defaultdict[int, list[int]] = defaultdict(list)
    for need in needs:
        items[sites[need.demand_id]].append(need.item_id)
    for row in change.dropped:
        for demand_id, item_id in zip(row.demand_ids, row.item_ids, strict=True):
            items[was[demand_id]].append(item_id)
    if also:
        items[own] += also
    decided = sorted(items)
    for need in moving.values():
        items[was[need.demand_id]].append(need.item_id)
    if len(items) > 1:
        lock_places(batch, items)
    groups = deliveries_at(batch, locked, headers, sites.values(), on)
    move_lines(batch, change, moving, was, sites, groups)
    rule = kit_rule_of(headers[own])
    wanted = {
        need.demand_id: need.wanted(
            on, rule, method_of(plans[need.place].request, change.facts[need.place], headers[own])
        )
        for need in needs
    }
    promises: dict[int, Promise] = {}
    for site_id in decided:
        here = [need for need in needs if sites[need.demand_id] == site_id]
        left = [demand_id for demand_id, site in gone.items() if site == site_id]
        promises |= _promise_at(
            batch, headers[site_id], groups[site_id], here, placed, left, wanted, items[site_id], on
        )
    return told_of_lines(needs, [promises[need.demand_id] for need in needs], quantities)


def _promise_at(
    batch: Batch,
    header: Header,
    group_id: int,
    needs: Sequence[Need],
    placed: Collection[int],
    gone: Sequence[int],
    every: Mapping[int, Wanted],
    items: Sequence[int],
    on: date,
) -> dict[int, Promise]:
    """The same at one site, by demand: `placed` are the demands that there are, `gone` those here that nobody wants."""
    site_id = header.site_id
    wanted = {need.demand_id: every[need.demand_id] for need in needs}
    held = [need.demand_id for need in needs if need.demand_id in placed]
    new = [need.demand_id for need in needs if need.demand_id not in placed]
    stock_ids, free = lock_free_stock(batch, site_id=site_id, item_ids=items)
    own, waiting = lock_leaving(batch, [*held, *gone], site_id=site_id, item_ids=items)
    standings = {demand.demand_id: demand for demand in own}
    coming = lock_open_supply(batch, site_id=site_id, item_ids=items)
    quotas = quotas_of(batch, site_id=site_id, item_ids=items)
    leaving = leaving_of(header, on)
    fresh = fresh_stock(
        batch,
        site_id=site_id,
        item_ids=[need.item_id for need in needs],
        on=leaving.on,
        life_days=leaving.life_days,
        today=leaving.today,
        without=[*held, *gone],
    )

    kept = [standings[demand_id] for demand_id in held]
    wanted |= {each.demand_id: replace(wanted[each.demand_id], method=each.method) for each in kept}
    before = remember(kept)
    dropping = [standings[demand_id] for demand_id in sorted(gone)]
    let_go((demand for demand in kept if not demand.bought), free=free, coming=coming)
    planned = plan_promises(
        list(wanted.values()),
        free=open_stock(header.class_id, free, quotas, fresh),
        coming=coming,
        ships_on=leaving.today,
        stock_until=stock_until(header),
    )
    promises = dict(zip(wanted, planned, strict=True))
    for need in needs:
        free[need.item_id] -= promises[need.demand_id].reserved
    for demand in kept:
        if demand.bought:
            promises[demand.demand_id] = keep_bought(
                demand, wanted[demand.demand_id], free=free, coming=coming
            )
    cancel_open(batch, dropping, stock_ids=stock_ids, free=free, coming=coming)
    for demand in kept:
        demand.open, demand.requested_on = wanted[demand.demand_id].quantity, on
        demand.shares = promises[demand.demand_id].shares
    write_promises(batch, kept, before, cause=PromiseEvent.Cause.AMENDED, stock_ids=stock_ids, restated=True)
    add_demands(
        batch,
        group_id=group_id,
        site_id=site_id,
        demand_ids=new,
        wanted=[wanted[demand_id] for demand_id in new],
        promises=[promises[demand_id] for demand_id in new],
        stock_ids=stock_ids,
    )
    offer_freed(batch, waiting, site_id=site_id, free=free, coming=coming, stock_ids=stock_ids)
    return promises


def told_of_lines(
    needs: Sequence[Need], promises: Sequence[Promise], quantities: Sequence[Decimal]
) -> list[dict[str, Any] | None]:
    """What each line was promised, for the why-record; of a kit also what it waits for longest."""
    by_line, waits = promises_by_line(needs, promises, quantities), limiting(needs, promises)
    return [
        {**told(by_line[place]), **({"waits_for": waits[place].code} if place in waits else {})}
        if place in by_line
        else None
        for place in range(len(quantities))
    ]


def keep_bought(
    demand: Standing, wanted: Wanted, *, free: dict[int, Decimal], coming: Mapping[int, list[Coming]]
) -> Promise:
    """What was bought for a demand stays with it as far as it is still wanted; what is wanted more is to be bought."""
    surplus = demand.open - wanted.quantity
    if surplus > 0:
        take_back(demand.item_id, demand.forgo(surplus), free=free, coming=coming)
    shares = [replace(share, on=max(share.on, wanted.on)) for share in demand.shares]
    return Promise(shares, wanted.quantity - sum((share.quantity for share in shares), Decimal(0)))


def told(promise: Promise) -> dict[str, Any]:
    """A promise as the why-record keeps it, the same as at submit."""
    return {
        "on": promise.on,
        "from": [[share.supply_id, share.quantity, share.on] for share in promise.shares],
        "short": promise.short,
    }
