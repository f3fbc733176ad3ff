"""Where a whole order could come from: each site alone, or its lines from two sites, with day and carriage of each.

What sites the lines name already does not count: every way is one for all of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from erp.kernel import clock
from erp.kernel.actor import Actor
from erp.kernel.batch import Batch
from inventory.commitments.rules import Promise
from masterdata.freight.quoting import freight_of
from masterdata.places.models import Site
from masterdata.places.queries import site_list
from orders.entry.actions.submit_order import SUBMIT
from orders.entry.charges import goods_of, value_of
from orders.entry.rules import OrderRequest

from .alternatives import Alternative, Part, ranked
from .policies import SOURCING
from .preview import Seen, is_late, look_at
from .sourcing import country_of

MOST_SITES = 6


@dataclass(frozen=True, slots=True)
class Sources:
    """The alternatives, the recommended one first; the site that the order ships from as it is written, what money is
    in, and the policy that ranked them."""

    site_id: int
    currency: str
    rule: str
    alternatives: list[Alternative]


def sources_of(request: OrderRequest, user: Any) -> Sources:
    """Every way of sending all lines of an order that policy offers; nothing is reserved.

    Statements grow with the sites, of which six are asked at most, and not with the lines.
    """
    request = replace(request, lines=[replace(line, site_id=None) for line in request.lines])
    own = look_at(request, user)
    header = own.header
    rule = SOURCING.value(on=header.on_day, company=header.company_id, customer=header.customer_id)
    country = country_of(header.ship_to_id) if rule == "nearest" else ""
    sites = _sites(own, user, country)
    asked = list(sites) if rule != "own" else [header.site_id]
    looks = {header.site_id: own} | {
        site_id: look_at(replace(request, site_id=site_id), user)
        for site_id in asked[:MOST_SITES]
        if site_id != header.site_id
    }
    batch = Batch(Actor.of(user), clock.now())
    whole = carriage_of(batch, own, own.promises)
    found = [
        _alternative({site_id: list(own.promises)}, sites, looks, whole, country)
        for site_id in (looks if own.promises else ())
    ]
    if split := _best_split(looks, header.site_id, sites):
        costs = [carriage_of(batch, looks[site_id], places) for site_id, places in split.items()]
        known = [cost for cost in costs if cost is not None]
        carriage = sum(known, Decimal(0)) if len(known) == len(costs) else None
        found.append(_alternative(split, sites, looks, carriage, country))
    first = ranked(found, rule, own=header.site_id, wanted_on=request.requested_on)
    return Sources(header.site_id, header.currency, rule, first)


def carriage_of(batch: Batch, seen: Seen, places: Iterable[int]) -> Decimal | None:
    """What carriage of the lines at these places costs by the tariff of the day, whoever pays it; None without one."""
    chosen = sorted(places)
    facts, outcomes = [seen.facts[n] for n in chosen], [seen.outcomes[n] for n in chosen]
    found = freight_of(
        batch,
        customer_id=seen.header.customer_id,
        ship_to_id=seen.header.ship_to_id,
        on=seen.header.on_day,
        items=goods_of(facts, outcomes),
        value=value_of(outcomes),
        currency=seen.header.currency,
    )
    return found.quote.amount if found else None


def _sites(own: Seen, user: Any, country: str) -> dict[int, Site]:
    """The order's own site, then those of its company that the reader may order from: near ones first, then by code."""
    home = Site.objects.get(pk=own.header.site_id)
    others = site_list(user=user).filter(company=home.company_id, is_active=True).exclude(pk=home.pk)
    actor = Actor.of(user)
    near = sorted(others, key=lambda site: (not (country and site.country == country), site.code))
    return {home.pk: home} | {
        site.pk: site for site in near if actor.may(SUBMIT, company=site.company_id, site=site.pk)
    }


def _best_split(looks: Mapping[int, Seen], home: int, sites: Mapping[int, Site]) -> dict[int, list[int]]:
    """The places that stay at home and those that another site sends sooner, for the other site by which the last line
    leaves first; empty where none takes some of the lines and not all."""
    own = looks[home]
    found: list[tuple[tuple[bool, date, str], dict[int, list[int]]]] = []
    for site_id, seen in looks.items():
        moved = [n for n in own.promises if site_id != home and _sooner(seen, own, n)]
        if not moved or len(moved) == len(own.promises):
            continue
        parts = {home: [n for n in own.promises if n not in moved], site_id: moved}
        on = _last(_promises(parts, looks))
        found.append(((on is None, on or date.max, sites[site_id].code), parts))
    return min(found, key=lambda each: each[0])[1] if found else {}


def _sooner(there: Seen, own: Seen, place: int) -> bool:
    """Whether a line that home sends late could leave earlier from there."""
    here, other = own.promises[place], there.promises.get(place)
    if other is None or other.on is None or not is_late(here, own.request.requested_on):
        return False
    return here.on is None or other.on < here.on


def _alternative(
    parts: Mapping[int, list[int]],
    sites: Mapping[int, Site],
    looks: Mapping[int, Seen],
    carriage: Decimal | None,
    country: str,
) -> Alternative:
    promises = _promises(parts, looks)
    wanted_on = next(iter(looks.values())).request.requested_on
    return Alternative(
        parts=tuple(
            Part(site_id, sites[site_id].code, sites[site_id].name, tuple(places))
            for site_id, places in parts.items()
        ),
        on=_last(promises),
        late=sum(is_late(promise, wanted_on) for promise in promises),
        carriage=carriage,
        near=bool(country) and all(sites[site_id].country == country for site_id in parts),
    )


def _promises(parts: Mapping[int, list[int]], looks: Mapping[int, Seen]) -> list[Promise]:
    return [looks[site_id].promises[n] for site_id, places in parts.items() for n in places]


def _last(promises: Iterable[Promise]) -> date | None:
    """When the last of them leaves; None where no supply is known for one of them."""
    days = [promise.on for promise in promises]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None
