"""Whose figures: one company (its currency, its clock), whole or one site, never beyond what the reader may see."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from masterdata.places.queries import site_list


@dataclass(frozen=True, slots=True)
class Place:
    """A company or one of its sites, as the reader sees it; `site_ids` are the sites whose rows count."""

    key: str  # "company:1", "site:4": also the value in the URL
    label: str
    company_id: int
    site_ids: tuple[int, ...]
    currency: str
    time_zone: str

    @property
    def site_id(self) -> int | None:
        """The one site, or None for a company's all."""
        return self.site_ids[0] if self.key.startswith("site:") else None

    def today(self, now: datetime) -> date:
        return now.astimezone(ZoneInfo(self.time_zone)).date()


def places(user: Any) -> list[Place]:
    """Every company of which the reader sees a site, each followed by those sites. One query."""
    sites = list(site_list(user=user).filter(is_active=True).order_by("company_id", "name"))
    found = []
    for company in {site.company_id: site.company for site in sites}.values():
        own = [site for site in sites if site.company_id == company.pk]
        several = len({site.company_id for site in sites}) > 1
        label = _("All sites, %(company)s") % {"company": company.name} if several else _("All sites")
        ids = tuple(site.pk for site in own)
        found.append(
            Place(f"company:{company.pk}", label, company.pk, ids, company.currency, company.time_zone)
        )
        found += [
            Place(f"site:{site.pk}", site.name, company.pk, (site.pk,), company.currency, company.time_zone)
            for site in own
        ]
    return found


def place_in(known: list[Place], key: str) -> Place | None:
    """The place asked for when the reader may see it, else the first; None when there is none at all."""
    return next((place for place in known if place.key == key), known[0] if known else None)
