"""What is proposed of one item over all sites of a company: sites ask their hub, the hub buys for all (PU02, PU04)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from masterdata.catalogue.rules import Offer

from .ground import Ground, PlannedSite
from .rules import (
    STEP,
    ZERO,
    Asking,
    Outlook,
    Requirement,
    Standing,
    bought,
    cover_of,
    days_covered,
    requirement,
    shared_out,
    together,
)
from .slices import Expected, Place

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Draft:
    """One proposal to be: what, from whom, and all that it follows from. `units` are of `unit`, as it is bought."""

    place: Place
    kind: str
    from_site_id: int | None
    offer: Offer | None  # None: it is moved, or nobody is known to sell it
    unit: str
    unit_cost: Decimal
    units: Decimal
    quantity: Decimal
    due_on: date
    lead_time_days: int
    free: Decimal | None
    standing: Standing
    expected: Expected
    required: Requirement

    @property
    def key(self) -> tuple[int, int, str]:
        return self.place.item_id, self.place.site_id, self.kind

    @property
    def value(self) -> Decimal:
        return worth(self.units, self.unit_cost)

    def edited_to(self, quantity: Decimal) -> tuple[Decimal, Decimal]:
        """What a planner's quantity is in whole units of the present source, and its value."""
        if self.offer is None:
            return quantity, worth(quantity, self.unit_cost)
        units = self.offer.units_for(quantity)
        return self.offer.factor.to_stock(units), worth(units, self.unit_cost)


@dataclass(frozen=True, slots=True)
class Planned:
    """A place with what it needs, before anybody is asked for it."""

    place: Place
    lead_time_days: int
    standing: Standing
    expected: Expected
    required: Requirement
    offer: Offer | None


def worth(units: Decimal, unit_cost: Decimal) -> Decimal:
    return (units * unit_cost).quantize(CENT, ROUND_HALF_UP)


def plan_item(
    ground: Ground,
    places: Mapping[int, Place],
    expected: Mapping[int, Expected],
    offers: Sequence[Offer],
    chosen: Mapping[int, int],
) -> list[Draft]:
    """Proposals of one item. `places`, `expected` and `chosen` (the supplier that a planner chose) by site.

    A site's need lowers the position of its hub, whether or not the hub has it; so the hub buys what it cannot give.
    """
    asking: defaultdict[int, list[Planned]] = defaultdict(list)
    below: defaultdict[int, list[Outlook]] = defaultdict(list)
    drafts = []
    for site_id, site in ground.sites.items():  # each before its hub
        place = places.get(site_id)
        if place is None or place.terms.stocking == "non_stock":
            continue
        hub_id = _hub_of(site, places)
        own = expected.get(site_id, Expected())
        planned = _planned(
            site, place, own, below[site_id], asking[site_id], offers, chosen.get(site_id), hub_id
        )
        drafts += _given(ground, planned, asking[site_id])
        if hub_id is not None:
            if place.terms.stocking == "stocked":
                below[hub_id].append(together([own.outlook, *below[site_id]]))
            if planned.required.need > 0:
                asking[hub_id].append(planned)
        elif planned.required.need > 0:
            drafts.append(_bought(site, planned))
    return drafts


def _hub_of(site: PlannedSite, places: Mapping[int, Place]) -> int | None:
    """The site that it is filled up from; None where that one does not keep the item."""
    if site.hub_id is None or site.hub_id not in places:
        return None
    return None if places[site.hub_id].terms.stocking == "non_stock" else site.hub_id


def _planned(
    site: PlannedSite,
    place: Place,
    own: Expected,
    below: Sequence[Outlook],
    asked: Sequence[Planned],
    offers: Sequence[Offer],
    chosen: int | None,
    hub_id: int | None,
) -> Planned:
    """What a place needs: for itself and the sites below it, from its hub or its supplier."""
    offer = None
    if hub_id is None and offers:
        offer = next((each for each in offers if each.supplier_id == chosen), offers[0])
    lead_time_days = (
        site.transfer_days if hub_id is not None else offer.lead_time_days if offer else site.lead_time_days
    )
    outlook = together([own.outlook, *below]) if below else own.outlook
    standing = place.standing(site.today, sum((each.required.need for each in asked), ZERO))
    days = days_covered(place.terms, lead_time_days)
    required = requirement(
        place.terms,
        standing,
        outlook,
        days=days,
        known=place.known(site.today, days),
        unit_cost=_stock_cost(offer) if offer else place.unit_cost,
    )
    return Planned(place, lead_time_days, standing, replace(own, outlook=outlook), required, offer)


def _given(ground: Ground, hub: Planned, asked: Sequence[Planned]) -> list[Draft]:
    """What the hub has free goes to who runs out first."""
    if not asked:
        return []
    own = hub.place.standing(ground.sites[hub.place.site_id].today)
    free = max(ZERO, own.available - own.reserved - own.backorders - own.dependent)
    by_site = {each.place.site_id: each for each in asked}
    turns = [
        Asking(site_id, each.required.need, cover_of(each.required.position, each.required.monthly))
        for site_id, each in by_site.items()
    ]
    drafts = []
    for site_id, quantity in sorted(shared_out(turns, free, hub.place.decimals).items()):
        each, site = by_site[site_id], ground.sites[site_id]
        due_on = site.works_from(site.today + timedelta(days=each.lead_time_days))
        drafts.append(
            Draft(
                each.place, "move", hub.place.site_id, None, hub.place.unit, hub.place.unit_cost, quantity,
                quantity, due_on, each.lead_time_days, free, each.standing, each.expected, each.required,
            )
        )  # fmt: skip
    return drafts


def _bought(site: PlannedSite, planned: Planned) -> Draft:
    place, offer, terms = planned.place, planned.offer, planned.place.terms
    due_on = site.works_from(site.today + timedelta(days=planned.lead_time_days))
    if offer is not None:
        units, quantity = bought(
            planned.required.need, offer,
            order_minimum=terms.order_minimum, order_multiple=terms.order_multiple,
        )  # fmt: skip
        unit, unit_cost = offer.factor.unit, offer.cost
    else:
        step = Decimal(1).scaleb(-place.decimals)
        units = quantity = planned.required.need.quantize(step, ROUND_CEILING)
        unit, unit_cost = place.unit, place.unit_cost
    return Draft(
        place, "buy", None, offer, unit, unit_cost, units, quantity, due_on, planned.lead_time_days, None,
        planned.standing, planned.expected, planned.required,
    )  # fmt: skip


def _stock_cost(offer: Offer) -> Decimal:
    """Cost of a stock unit by the offer."""
    factor = offer.factor
    return (offer.cost * factor.denominator / factor.numerator).quantize(STEP, ROUND_HALF_UP)
