"""Change or cancel what a document still wants: its promises are let go, and made anew for what remains."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from erp.kernel.batch import Batch
from inventory.commitments.actions.place_demands import reserve
from inventory.commitments.models import Demand, PromiseEvent, Supply
from inventory.commitments.rules import Promise, Wanted
from inventory.stock.models import SiteStock

DEMANDS = """
SELECT id, item_id, ordered, reserved, shipped, cancelled, promised_on FROM inventory_demand
WHERE id = ANY(%s::bigint[]) ORDER BY id FOR NO KEY UPDATE"""
SUPPLIES = """
SELECT id FROM inventory_supply WHERE id IN (
    SELECT c.supply_id FROM inventory_commitment c WHERE c.demand_id = ANY(%s::bigint[]))
ORDER BY id FOR NO KEY UPDATE"""
COMMITMENTS = """
SELECT d.item_id, c.supply_id, c.quantity FROM inventory_commitment c JOIN inventory_demand d ON d.id = c.demand_id
WHERE c.demand_id = ANY(%s::bigint[]) ORDER BY c.id FOR UPDATE OF c"""
LET_GO = "DELETE FROM inventory_commitment WHERE demand_id = ANY(%s::bigint[])"


@dataclass(frozen=True, slots=True)
class Standing:
    """One demand under lock, in the stock unit."""

    demand_id: int
    item_id: int
    ordered: Decimal
    reserved: Decimal
    shipped: Decimal
    cancelled: Decimal
    promised_on: date | None

    @property
    def open(self) -> Decimal:
        return self.ordered - self.shipped - self.cancelled


@dataclass(slots=True)
class LetGo:
    """Demands under lock whose promises are gone, and what that freed: stock by item, supplies by id."""

    demands: dict[int, Standing] = field(default_factory=dict)
    stock: defaultdict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    supply: defaultdict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))


def let_go(batch: Batch, *, demand_ids: Sequence[int], stock_ids: dict[int, int]) -> LetGo:
    """Take back every promise of these demands. The caller holds the items' stock at the site (item: row id)."""
    freed = LetGo()
    if not demand_ids:
        return freed
    ids = sorted(demand_ids)
    freed.demands = {row[0]: Standing(*row) for row in batch.read(DEMANDS, ids)}
    batch.write(SUPPLIES, ids)
    for item_id, supply_id, quantity in batch.read(COMMITMENTS, ids):
        if supply_id is None:
            freed.stock[item_id] += quantity
        else:
            freed.supply[supply_id] += quantity
    batch.write(LET_GO, ids)
    batch.update(Demand, ids, reserved=Decimal(0))
    batch.update(
        SiteStock,
        [stock_ids[item] for item in freed.stock],
        add={"reserved": [-q for q in freed.stock.values()]},
    )
    batch.update(Supply, list(freed.supply), add={"committed": [-q for q in freed.supply.values()]})
    return freed


def cancel_rest(batch: Batch, freed: LetGo) -> None:
    """Cancel what is still open of demands whose promises were let go."""
    demands = list(freed.demands.values())
    batch.update(
        Demand,
        [demand.demand_id for demand in demands],
        promised_on=None,
        add={"cancelled": [demand.open for demand in demands]},
    )
    _tell(batch, [(demand, None) for demand in demands], PromiseEvent.Cause.CANCELLED)


def promise_anew(
    batch: Batch,
    freed: LetGo,
    *,
    wanted: dict[int, Wanted],
    promises: Sequence[Promise],
    stock_ids: dict[int, int],
) -> None:
    """Give demands whose promises were let go new quantities and dates: `wanted` by demand, `promises` beside it."""
    ids = list(wanted)
    batch.update(
        Demand,
        ids,
        ordered=[demand.quantity for demand in wanted.values()],
        requested_on=[demand.on for demand in wanted.values()],
        reserved=[promise.reserved for promise in promises],
        promised_on=[promise.on for promise in promises],
    )
    reserve(batch, demand_ids=ids, wanted=list(wanted.values()), promises=promises, stock_ids=stock_ids)
    changed = [
        (freed.demands[demand_id], promise.on) for demand_id, promise in zip(ids, promises, strict=True)
    ]
    _tell(batch, changed, PromiseEvent.Cause.AMENDED)


def _tell(batch: Batch, changed: Sequence[tuple[Standing, date | None]], cause: PromiseEvent.Cause) -> None:
    moved = [(demand, on) for demand, on in changed if demand.promised_on != on]
    batch.insert(
        PromiseEvent,
        demand_id=[demand.demand_id for demand, _ in moved],
        old_on=[demand.promised_on for demand, _ in moved],
        new_on=[on for _, on in moved],
        cause=cause.value,
        actor=batch.actor.name,
        effective_at=batch.now,
    )
