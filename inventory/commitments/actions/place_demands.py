"""Write demands with what was promised to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from erp.kernel.batch import Batch
from inventory.commitments.models import Commitment, Demand, DemandGroup, PromiseEvent, Supply
from inventory.commitments.rules import Promise, Wanted
from inventory.stock.models import SiteStock


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the demands of a document share."""

    group_id: int
    company_id: int
    site_id: int
    document: str
    party_id: int | None  # None: a transfer between our sites
    ship_to_id: int | None
    ship_rule: str
    minimum_fill_percent: int
    maximum_shipments: int
    priority: int
    ship_on: date
    own_priority: bool = False  # decided for it alone: no allocation policy changes it
    minimum_life_days: int = 0  # so much life lots have left when they leave


def place_demands(
    batch: Batch,
    *,
    delivery: Delivery,
    demand_ids: Sequence[int],
    wanted: Sequence[Wanted],
    promises: Sequence[Promise],
    stock_ids: Mapping[int, int],
) -> None:
    """Insert the group and its demands with reservations; the stock and supply rows are locked by the caller.

    `stock_ids` maps item to SiteStock row. Every demand gets its first promise, also when it is "none yet".
    """
    batch.insert(
        DemandGroup,
        id=delivery.group_id,
        company=delivery.company_id,
        site=delivery.site_id,
        document=delivery.document,
        party=delivery.party_id,
        ship_to=delivery.ship_to_id,
        carrier_service="",
        ship_rule=delivery.ship_rule,
        minimum_fill_percent=delivery.minimum_fill_percent,
        maximum_shipments=delivery.maximum_shipments,
        has_line_rules=any(demand.kit is not None for demand in wanted),
        minimum_life_days=delivery.minimum_life_days,
        priority=delivery.priority,
        own_priority=delivery.own_priority,
        ship_on=delivery.ship_on,
    )
    _insert_demands(batch, delivery.group_id, delivery.site_id, demand_ids, wanted, promises, stock_ids)


# What the deliveries of a document share but for their site and its day. Rules of single lines go with the lines.
ANOTHER = """
INSERT INTO inventory_demandgroup (id, company_id, site_id, document, party_id, ship_to_id, carrier_service, ship_rule,
    minimum_fill_percent, maximum_shipments, has_line_rules, version, minimum_life_days, priority, own_priority,
    ship_on)
SELECT u.id, g.company_id, u.site_id, g.document, g.party_id, g.ship_to_id, g.carrier_service, g.ship_rule,
    g.minimum_fill_percent, g.maximum_shipments, g.has_line_rules, g.version, g.minimum_life_days, g.priority,
    g.own_priority, u.ship_on
FROM unnest(%s::bigint[], %s::bigint[], %s::date[]) AS u(id, site_id, ship_on), inventory_demandgroup g
WHERE g.id = %s::bigint"""


def add_deliveries(batch: Batch, *, like: int, days: Mapping[int, date]) -> dict[int, int]:
    """A further delivery of the document of group `like` for each site of `days`, which says when it is to leave.

    The new groups by site; two statements, none without sites.
    """
    if not days:
        return {}
    ids = batch.draw(inventory_demandgroup=len(days))["inventory_demandgroup"]
    batch.write(ANOTHER, ids, list(days), list(days.values()), like)
    return dict(zip(days, ids, strict=True))


def move_demands(batch: Batch, *, demands: Mapping[int, int], groups: Mapping[int, int]) -> None:
    """Demands (their new site by id) join the deliveries of these sites; nothing may be promised to them.

    The deliveries are looked at when they leave: a demand brings its own rule, or that of its kit.
    """
    ids = sorted(demands)
    sites = [demands[demand_id] for demand_id in ids]
    batch.update(Demand, ids, site=sites, group=[groups[site_id] for site_id in sites])
    batch.update(DemandGroup, sorted({groups[site_id] for site_id in sites}), has_line_rules=True)


def add_demands(
    batch: Batch,
    *,
    group_id: int,
    site_id: int,
    demand_ids: Sequence[int],
    wanted: Sequence[Wanted],
    promises: Sequence[Promise],
    stock_ids: Mapping[int, int],
) -> None:
    """Demands of a group that there is, with their first promises and reservations."""
    if any(demand.kit is not None for demand in wanted):
        batch.update(DemandGroup, [group_id], has_line_rules=True)
    _insert_demands(batch, group_id, site_id, demand_ids, wanted, promises, stock_ids)


def _insert_demands(
    batch: Batch,
    group_id: int,
    site_id: int,
    demand_ids: Sequence[int],
    wanted: Sequence[Wanted],
    promises: Sequence[Promise],
    stock_ids: Mapping[int, int],
) -> None:
    dates = [promise.on for promise in promises]
    batch.insert(
        Demand,
        id=list(demand_ids),
        group=group_id,
        item=[demand.item_id for demand in wanted],
        site=site_id,
        ordered=[demand.quantity for demand in wanted],
        reserved=[promise.reserved for promise in promises],
        picked=0,
        shipped=0,
        cancelled=0,
        supply_method=[demand.method for demand in wanted],
        ship_rule=[demand.ship_rule for demand in wanted],
        kit=[demand.kit for demand in wanted],
        kit_item=[demand.kit_item_id for demand in wanted],
        per_kit=[demand.per_kit for demand in wanted],
        requested_on=[demand.on for demand in wanted],
        first_promised_on=dates,
        promised_on=dates,
    )
    batch.insert(
        PromiseEvent,
        demand_id=list(demand_ids),
        old_on=None,
        new_on=dates,
        cause=PromiseEvent.Cause.FIRST.value,
        actor=batch.actor.name,
        effective_at=batch.now,
    )
    _reserve(batch, demand_ids=demand_ids, wanted=wanted, promises=promises, stock_ids=stock_ids)


def _reserve(
    batch: Batch,
    *,
    demand_ids: Sequence[int],
    wanted: Sequence[Wanted],
    promises: Sequence[Promise],
    stock_ids: Mapping[int, int],
) -> None:
    """Commitments for the promises' shares, and their sums on stock and supply."""
    rows = [
        (demand_id, share)
        for demand_id, promise in zip(demand_ids, promises, strict=True)
        for share in promise.shares
    ]
    batch.insert(
        Commitment,
        demand=[demand_id for demand_id, _ in rows],
        supply=[share.supply_id for _, share in rows],
        quantity=[share.quantity for _, share in rows],
        promised_on=[share.on for _, share in rows],
        kind=Commitment.Kind.SOFT.value,
    )
    by_item: dict[int, Decimal] = {}
    by_supply: dict[int, Decimal] = {}
    for demand, promise in zip(wanted, promises, strict=True):
        for share in promise.shares:
            if share.supply_id is None:
                by_item[demand.item_id] = by_item.get(demand.item_id, Decimal(0)) + share.quantity
            else:
                by_supply[share.supply_id] = by_supply.get(share.supply_id, Decimal(0)) + share.quantity
    batch.update(
        SiteStock, [stock_ids[item_id] for item_id in by_item], add={"reserved": list(by_item.values())}
    )
    batch.update(Supply, list(by_supply), add={"committed": list(by_supply.values())})
