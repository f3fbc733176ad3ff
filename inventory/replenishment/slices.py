"""What planning reads of some items at all sites of a company: one statement of each kind, whatever their number."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from erp.kernel.batch import Batch, Row
from masterdata.catalogue.queries import offers_of
from masterdata.catalogue.rules import Offer

from .ground import Ground, months_before, months_between
from .history import wanted_by_month
from .reads import ASKED, COMING, FORECASTS, PLACES, WAITING
from .rules import STEP, ZERO, Outlook, Standing, Terms

Key = tuple[int, int]  # item, site
WAYS = {"kept": "stocked", "order": "order_only", "catalogue": "order_only"}  # of items without a policy


@dataclass(slots=True)
class Place:
    """An item at a site: how it is stocked, what it has and owes. `unit_cost` is per stock unit, at average cost."""

    item_id: int
    site_id: int
    code: str
    unit: str
    decimals: int
    unit_cost: Decimal
    terms: Terms
    available: Decimal
    reserved: Decimal
    on_order: Decimal = ZERO
    in_transit: Decimal = ZERO
    asked: Decimal = ZERO  # by transfers to other sites that nobody has approved yet
    waiting: list[tuple[date, Decimal]] = field(default_factory=list)  # by the day it is wanted

    def standing(self, today: date, dependent: Decimal = ZERO) -> Standing:
        """`dependent`: what the sites that this one fills up need now."""
        owed = sum((quantity for day, quantity in self.waiting if day <= today), ZERO)
        return Standing(
            self.available, self.on_order, self.in_transit, self.reserved, owed, self.asked + dependent
        )

    def known(self, today: date, days: int) -> Decimal:
        """What is ordered for the next days, reserved for nobody yet."""
        last = today + timedelta(days=days)
        return sum((quantity for day, quantity in self.waiting if today < day <= last), ZERO)


@dataclass(frozen=True, slots=True)
class Series:
    """Whole months of demand from `first` on."""

    first: date
    values: list[Decimal]

    @property
    def stored(self) -> dict[str, Any]:
        return {"from": self.first.isoformat(), "values": [plain(each) for each in self.values]}


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected of a place, and by which method with which error on the holdout."""

    outlook: Outlook = field(default_factory=Outlook)
    method: str = ""
    wape: Decimal | None = None
    bias: Decimal | None = None
    naive_wape: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """The forecast that is kept of a place and the history it was made of."""

    id: int
    history: dict[str, Any]
    expected: Expected


@dataclass(frozen=True, slots=True)
class Slice:
    """Some items of a company, as they are."""

    places: dict[Key, Place]
    series: dict[Key, Series]
    stored: dict[Key, Stored]
    offers: dict[int, list[Offer]]


def read_slice(batch: Batch, ground: Ground, item_ids: Sequence[int]) -> Slice:
    """Everything that planning these items needs. The number of statements does not depend on the items."""
    sites, items = list(ground.sites), list(item_ids)
    company = ground.company_id
    hubs = [site in ground.hubs for site in sites]
    rows = batch.read(PLACES, items, company, company, sites, hubs)
    places = {(row[0], row[1]): _place(row, ground) for row in rows}
    for item_id, site_id, by_transfer, quantity in batch.read(COMING, items, sites):
        if place := places.get((item_id, site_id)):
            if by_transfer:
                place.in_transit += quantity
            else:
                place.on_order += quantity
    for item_id, site_id, to_site_id, quantity in batch.read(ASKED, items, company):
        if place := places.get((item_id, site_id)):
            place.asked += quantity
        if place := places.get((item_id, to_site_id)):
            place.in_transit += quantity
    for item_id, site_id, day, quantity in batch.read(WAITING, items, sites):
        if place := places.get((item_id, site_id)):
            place.waiting.append((day, quantity))
    series = series_of(wanted_by_month(batch, items, sites, ground.this_month), ground)
    stored = {(row[1], row[2]): _stored(row) for row in batch.read(FORECASTS, items, sites)}
    return Slice(places, series, stored, offers_of(company, items))


def series_of(rows: Iterable[Row], ground: Ground) -> dict[Key, Series]:
    """Monthly demand by place, from the first month that anybody wanted it in, or from where history begins."""
    found: defaultdict[Key, dict[date, Decimal]] = defaultdict(dict)
    for item_id, site_id, month, quantity in rows:
        months = found[item_id, site_id]
        months[month] = months.get(month, ZERO) + quantity
    series = {}
    for key, months in found.items():
        first = max(ground.first_month, min(months))
        count = months_between(first, ground.this_month)
        names = [months_before(ground.this_month, count - place) for place in range(count)]
        series[key] = Series(first, [max(ZERO, months.get(month, ZERO)) for month in names])
    return series


def _place(row: Row, ground: Ground) -> Place:
    item_id, site_id, code, kept, standard_cost, unit, decimals = row[:7]
    available, reserved, valued_quantity, value = row[7:11]
    cost = value / valued_quantity if valued_quantity > 0 else standard_cost
    terms = _terms(ground.sites[site_id].defaults, kept, row[11:])
    return Place(
        item_id, site_id, code, unit, decimals, cost.quantize(STEP, ROUND_HALF_UP), terms, available, reserved
    )


def _terms(defaults: Terms, kept: str, policy: Row) -> Terms:
    stocking, method, service_level, minimum, maximum, quantity, order_minimum, order_multiple = policy
    if stocking is None:
        return replace(defaults, stocking=WAYS[kept])
    return replace(
        defaults,
        stocking=stocking,
        method=method or defaults.method,
        service_level=defaults.service_level if service_level is None else service_level,
        minimum=minimum,
        maximum=maximum,
        order_quantity=quantity,
        order_minimum=order_minimum,
        order_multiple=order_multiple,
    )


def _stored(row: Row) -> Stored:
    forecast_id, _item, _site, history, method, ahead, sigma, wape, bias, naive_wape = row
    outlook = Outlook(tuple(Decimal(each) for each in json.loads(ahead)["values"]), sigma)
    return Stored(forecast_id, json.loads(history), Expected(outlook, method, wape, bias, naive_wape))


def plain(value: Decimal) -> str:
    """A quantity as short text: 12, 0.5."""
    return format(value.normalize(), "f")
