"""The promise half of an amendment: touched lines let theirs go and are promised again."""

from collections.abc import Mapping
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
from inventory.commitments.models import PromiseEvent
from inventory.commitments.queries import lock_free_stock, lock_leaving, lock_open_supply, quotas_of
from inventory.commitments.rules import (
    Coming,
    Promise,
    Standing,
    Wanted,
    let_go,
    plan_promises,
    take_back,
)
from inventory.commitments.sharing import open_to
from orders.entry.changes import Change, LockedOrder
from orders.entry.gates import ships_from, stock_until
from orders.entry.reads import Header
from orders.entry.supplying import method_of


def promise_anew(
    batch: Batch,
    locked: LockedOrder,
    header: Header,
    change: Change,
    on: date,
) -> list[dict[str, Any] | None]:
    """Let the touched lines' promises go and make new ones for the day `on`; what each planned line got, for the
    why-record.

    What they leave is offered to those who wait, in the same transaction.
    """
    order, plans, facts, dropped = locked.order, change.plans, change.facts, change.dropped
    stocked = [place for place, fact in enumerate(facts) if fact.kind == "stocked"]
    if any(plans[n].row is None for n in stocked) and order.group_id is None:
        raise BadInput(
            field="lines", reason=_("this order is for services only. Enter goods as a new order.")
        )
    wanted = {
        n: Wanted(
            facts[n].item_id or 0,
            change.outcomes[n].stock_quantity,
            on,
            method_of(plans[n].request, facts[n], header),
        )
        for n in stocked
    }
    items = [demand.item_id for demand in wanted.values()] + [row.item_id for row in dropped]
    old = {n: row.demand_ids[0] for n in stocked if (row := plans[n].row) is not None and row.demand_ids}
    gone = {demand_id for row in dropped for demand_id in row.demand_ids}
    stock_ids, free = lock_free_stock(batch, site_id=order.site_id, item_ids=items)
    own, waiting = lock_leaving(batch, [*old.values(), *gone], site_id=order.site_id, item_ids=items)
    standings = {demand.demand_id: demand for demand in own}
    coming = lock_open_supply(batch, site_id=order.site_id, item_ids=items)
    quotas = quotas_of(batch, site_id=order.site_id, item_ids=items)

    kept = {n: standings[demand_id] for n, demand_id in old.items()}
    wanted |= {n: replace(wanted[n], method=demand.method) for n, demand in kept.items()}
    before = remember(list(kept.values()))
    leaving = [standings[demand_id] for demand_id in sorted(gone)]
    let_go((demand for demand in kept.values() if not demand.bought), free=free, coming=coming)
    promises = dict(
        zip(
            stocked,
            plan_promises(
                list(wanted.values()),
                free={item: open_to(header.class_id, free[item], quotas.get(item, ())) for item in free},
                coming=coming,
                ships_on=ships_from(header),
                stock_until=stock_until(header),
            ),
            strict=True,
        )
    )
    for n, promise in promises.items():
        free[wanted[n].item_id] -= promise.reserved
    for n, demand in kept.items():
        if demand.bought:
            promises[n] = keep_bought(demand, wanted[n], free=free, coming=coming)
    cancel_open(batch, leaving, stock_ids=stock_ids, free=free, coming=coming)
    for n, demand in kept.items():
        demand.open, demand.requested_on, demand.shares = wanted[n].quantity, on, promises[n].shares
    write_promises(
        batch,
        list(kept.values()),
        before,
        cause=PromiseEvent.Cause.AMENDED,
        stock_ids=stock_ids,
        restated=True,
    )
    new = [n for n in stocked if n not in old]
    add_demands(
        batch,
        group_id=order.group_id or 0,
        site_id=order.site_id,
        demand_ids=[facts[n].demand_id for n in new],
        wanted=[wanted[n] for n in new],
        promises=[promises[n] for n in new],
        stock_ids=stock_ids,
    )
    offer_freed(batch, waiting, site_id=order.site_id, free=free, coming=coming, stock_ids=stock_ids)
    return [told(promises[n]) if n in promises else None for n in range(len(plans))]


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
