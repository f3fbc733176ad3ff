"""From where an order ships when a rule says so: no database, no clock (AT08)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from orders.rulebook.rules import Outcome

from .reads import Header


@dataclass(frozen=True, slots=True)
class Place:
    """An active site of the company; `free`, by item, where a rule asks for it."""

    site_id: int
    code: str
    country: str
    free: Mapping[int, Decimal]

    def carries(self, wants: Mapping[int, Decimal]) -> bool:
        """Whether all that is wanted, by item in the stock unit, is free here."""
        return all(self.free.get(item_id, Decimal(0)) >= quantity for item_id, quantity in wants.items())


@dataclass(frozen=True, slots=True)
class SiteChoice(Place):
    """A site with its calendar."""

    site_clock: str  # its local date and time, ISO 8601
    cut_off: time
    ship_days: int
    working_days: str
    holidays: frozenset[date]


def read_site(found: Mapping[str, Any]) -> SiteChoice:
    """A site as `steering_reads.KNOWN` lists it."""
    return SiteChoice(
        site_id=found["site_id"],
        code=found["code"],
        country=found["country"],
        site_clock=found["site_clock"],
        cut_off=time.fromisoformat(found["cut_off"]),
        ship_days=found["ship_days"],
        working_days=found["working_days"],
        holidays=frozenset(map(date.fromisoformat, found["holidays"] or ())),
        free={int(item): Decimal(free) for item, free in (found["free"] or {}).items()},
    )


def choose_site(
    outcome: Outcome, sites: Sequence[Place], *, own: int, country: str, wants: Mapping[int, Decimal]
) -> tuple[int, str]:
    """The site that the outcome means, and a word where it means none: then the order keeps its `own`.

    Nearest is a site in the ship-to's `country`, the order's own if it is one, else the first by code. Where all is
    free: the order's own first, then those in the country.
    """
    ranked = sorted(sites, key=lambda site: (site.site_id != own, site.country != country, site.code))
    match outcome.how:
        case "named":
            if any(site.site_id == outcome.site for site in sites):
                return outcome.site or own, ""
            return own, _("the site that the rule names is not active any more")
        case "nearest":
            near = [site for site in ranked if site.country == country]
            return (near[0].site_id, "") if near else (own, _("no site in %(place)s") % {"place": country})
        case "all_free":
            found = next((site.site_id for site in ranked if site.carries(wants)), None)
            return (found, "") if found is not None else (own, _("all of it is free at no site"))
    return own, ""


def at_site(header: Header, site: SiteChoice) -> Header:
    """The header as if the order had named the site."""
    return replace(
        header,
        site_id=site.site_id,
        site_clock=site.site_clock,
        cut_off=site.cut_off,
        ship_days=site.ship_days,
        working_days=site.working_days,
        holidays=site.holidays,
    )
