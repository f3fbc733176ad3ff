"""The deliveries of an order, one for each site its lines leave from: locked, promised and placed (AT08, ADR 23)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from erp.kernel.batch import Batch
from inventory.commitments.actions.place_demands import Delivery, place_demands
from inventory.commitments.queries import lock_open_supply, lock_places
from inventory.commitments.rules import Coming, Promise, Wanted

from .gates import leaving_of, promises_of, short_items, stock_until
from .needs import Need
from .reads import Header
from .standing_reads import Leaving, Standing, lock, look


@dataclass(frozen=True, slots=True)
class FromSite:
    """What one site delivers: `header` as if all of the order were its own; `needs`: positions among the order's."""

    header: Header
    needs: Sequence[int]
    leaving: Leaving

    @property
    def site_id(self) -> int:
        return self.header.site_id


def deliveries_of(
    headers: Mapping[int, Header], sites: Sequence[int], needs: Sequence[Need], on: date
) -> list[FromSite]:
    """The needs by the site that their line leaves from (`sites`, by line position), in the order of `headers`; the
    order's own site has a delivery also where it sends nothing."""
    return [
        FromSite(
            header,
            [place for place, need in enumerate(needs) if sites[need.place] == site_id],
            leaving_of(header, on),
        )
        for site_id, header in headers.items()
    ]


def with_groups(batch: Batch, headers: Mapping[int, Header], own: Header) -> dict[int, Header]:
    """The headers with a delivery's id each; one statement where there are several, else none."""
    others = [site_id for site_id in headers if site_id != own.site_id]
    drawn = batch.draw(inventory_demandgroup=len(others))["inventory_demandgroup"] if others else []
    ids = dict(zip(others, drawn, strict=True))
    return {
        site_id: replace(header, group_id=ids.get(site_id, own.group_id))
        for site_id, header in headers.items()
    }


def lock_deliveries(
    batch: Batch, deliveries: Sequence[FromSite], wanted: Sequence[Wanted]
) -> dict[int, Standing]:
    """Credit, then the wanted items' stock at every site, locked; what each site has, by site."""
    items = _items(deliveries, wanted)
    if len(deliveries) > 1:
        lock(batch, deliveries[0].header, [], deliveries[0].leaving)
        lock_places(batch, items)
    return {each.site_id: lock(batch, each.header, items[each.site_id], each.leaving) for each in deliveries}


def promise_deliveries(
    batch: Batch,
    deliveries: Sequence[FromSite],
    wanted: Sequence[Wanted],
    standings: Mapping[int, Standing],
) -> list[Promise]:
    """What each wanted quantity gets at its site, with what is coming there locked where stock does not do."""
    found: dict[int, Promise] = {}
    for each in deliveries:
        part, standing = [wanted[place] for place in each.needs], standings[each.site_id]
        short = short_items(part, standing.free, stock_until(each.header))
        coming = lock_open_supply(batch, site_id=each.site_id, item_ids=short) if short else {}
        found |= _promised(each, part, standing, coming)
    return [found[place] for place in range(len(wanted))]


def look_at_deliveries(
    batch: Batch, deliveries: Sequence[FromSite], wanted: Sequence[Wanted]
) -> tuple[dict[int, Standing], list[Promise]]:
    """What the two above would say now, without a lock."""
    items = _items(deliveries, wanted)
    standings: dict[int, Standing] = {}
    found: dict[int, Promise] = {}
    for each in deliveries:
        standing, coming = look(batch, each.header, items[each.site_id], each.leaving)
        standings[each.site_id] = standing
        found |= _promised(each, [wanted[place] for place in each.needs], standing, coming)
    return standings, [found[place] for place in range(len(wanted))]


def place_deliveries(
    batch: Batch,
    deliveries: Sequence[FromSite],
    needs: Sequence[Need],
    wanted: Sequence[Wanted],
    promises: Sequence[Promise],
    standings: Mapping[int, Standing],
    *,
    document: str,
    own_priority: bool,
) -> None:
    """Write the deliveries with their demands and what was promised to them."""
    for each in deliveries:
        header = each.header
        place_demands(
            batch,
            delivery=Delivery(
                group_id=header.group_id,
                company_id=header.company_id,
                site_id=header.site_id,
                document=document,
                party_id=header.party_id,
                ship_to_id=header.ship_to_id,
                ship_rule=header.ship_rule,
                minimum_fill_percent=header.minimum_fill_percent,
                maximum_shipments=header.maximum_shipments,
                priority=header.priority,
                own_priority=own_priority,
                ship_on=each.leaving.on,
                minimum_life_days=each.leaving.life_days,
            ),
            demand_ids=[needs[place].demand_id for place in each.needs],
            wanted=[wanted[place] for place in each.needs],
            promises=[promises[place] for place in each.needs],
            stock_ids=standings[each.site_id].stock_ids,
        )


def _items(deliveries: Sequence[FromSite], wanted: Sequence[Wanted]) -> dict[int, list[int]]:
    return {each.site_id: [wanted[place].item_id for place in each.needs] for each in deliveries}


def _promised(
    each: FromSite, part: Sequence[Wanted], standing: Standing, coming: dict[int, list[Coming]]
) -> dict[int, Promise]:
    return dict(zip(each.needs, promises_of(part, standing, coming, each.header), strict=True))
