"""Share one item of a run anew, exactly as it was previewed, and take that back (AT07)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import NotFound
from inventory.commitments.actions.write_promises import write_promises
from inventory.commitments.models import PromiseEvent
from inventory.commitments.queries import first_ship_day
from inventory.commitments.rules import Standing
from orders.orchestration.errors import CannotUndo, PreviewStale
from orders.orchestration.models import ReallocationItem, ReallocationRun
from orders.orchestration.permissions import REALLOCATE
from orders.orchestration.reads import LINES, LOCK_ENTRY
from orders.orchestration.sharing import Shared, lock_items, read_shares, written


@dataclass(frozen=True, slots=True)
class ItemShared:
    """The item's state in its run, and how many demands changed."""

    state: str
    changed: int


@dataclass(frozen=True, slots=True)
class _Entry:
    entry_id: int
    run_id: int
    item_id: int
    state: str
    code: str
    number: str
    company_id: int
    site_id: int
    run_state: str


@command("orders.share_item")
def share_item(batch: Batch, *, entry_id: int) -> ItemShared:
    """Make the preview of one item true. A second time is nothing.

    Raises PreviewStale when stock, supply or a demand of it has changed since.
    """
    entry, lines = _lock(batch, entry_id)
    if entry.state != ReallocationItem.State.PROPOSED or entry.run_state != ReallocationRun.State.COMMITTED:
        return ItemShared(entry.state, 0)
    shared = lock_items(batch, site_id=entry.site_id, item_ids=[entry.item_id])
    now = {
        effect.demand_id: (written(effect.before), written(effect.after))
        for effect in shared.effects.values()
        if set(effect.before) != set(effect.after)
    }
    if now != {demand_id: (written(before), written(after)) for demand_id, before, after in lines}:
        raise PreviewStale(item=entry.code, run=entry.number)
    promises = _write(batch, shared, list(now))
    batch.update(ReallocationItem, [entry_id], state=ReallocationItem.State.DONE.value, detail="")
    batch.decide(
        "orders.share_item", ReallocationRun, entry.run_id, {"item": entry.item_id, "promises": promises}
    )
    return ItemShared(ReallocationItem.State.DONE.value, len(promises))


@command("orders.share_item_back")
def share_item_back(batch: Batch, *, entry_id: int) -> ItemShared:
    """Give everyone back what they had before the run, on a day that is still to come. A second time is nothing.

    Raises CannotUndo once a demand of it was released or changed, or the stock it needs was promised to others.
    """
    entry, lines = _lock(batch, entry_id)
    if entry.state != ReallocationItem.State.DONE:
        return ItemShared(entry.state, 0)
    shared = lock_items(batch, site_id=entry.site_id, item_ids=[entry.item_id])
    standings = {demand.demand_id: demand for demand in shared.standings}
    ships_on = first_ship_day(batch, entry.site_id)
    needs: defaultdict[int | None, Decimal] = defaultdict(Decimal)
    for demand_id, before, after in lines:
        if demand_id not in standings or written(shared.before[demand_id].shares) != written(after):
            raise CannotUndo(item=entry.code, reason=_("a line of it has changed or shipped since."))
        if shared.in_hand.get(demand_id):
            raise CannotUndo(item=entry.code, reason=_("a line of it is released to the warehouse."))
        for sign, shares in ((1, before), (-1, after)):
            for share in shares:
                needs[share.supply_id] += sign * share.quantity
        standings[demand_id].shares = [replace(share, on=max(share.on, ships_on)) for share in before]
    there: dict[int | None, Decimal] = dict(shared.coming.get(entry.item_id, {}).items())
    there[None] = shared.free.get(entry.item_id, Decimal(0))
    if any(needed > there.get(source, Decimal(0)) for source, needed in needs.items() if needed > 0):
        raise CannotUndo(item=entry.code, reason=_("what it needs was promised to others since."))
    promises = _write(batch, shared, [line[0] for line in lines])
    batch.update(ReallocationItem, [entry_id], state=ReallocationItem.State.UNDONE.value, detail="")
    batch.decide(
        "orders.share_item_back", ReallocationRun, entry.run_id, {"item": entry.item_id, "promises": promises}
    )
    return ItemShared(ReallocationItem.State.UNDONE.value, len(promises))


def _lock(batch: Batch, entry_id: int) -> tuple[_Entry, list[tuple[int, list[Any], list[Any]]]]:
    rows = batch.read(LOCK_ENTRY, entry_id)
    if not rows:
        raise NotFound(what=_("item of a re-allocation run"), reference=entry_id)
    entry = _Entry(*rows[0])
    batch.actor.require(REALLOCATE, company=entry.company_id, site=entry.site_id)
    lines = [
        (demand_id, read_shares(before), read_shares(after))
        for demand_id, before, after in batch.read(LINES, entry_id)
    ]
    return entry, lines


def _write(batch: Batch, shared: Shared, demand_ids: Sequence[int]) -> list[dict[str, Any]]:
    chosen = set(demand_ids)
    standings: list[Standing] = [demand for demand in shared.standings if demand.demand_id in chosen]
    return write_promises(
        batch, standings, shared.before, cause=PromiseEvent.Cause.REALLOCATED, stock_ids=shared.stock_ids
    )
