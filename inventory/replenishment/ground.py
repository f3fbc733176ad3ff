"""A company as planning knows it: its sites, which of them fills up which, and what the house says of them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch, Row
from erp.kernel.errors import NotFound
from inventory.commitments.policies import TRANSFER_DAYS
from masterdata.places.rules import working_day_from

from .policies import (
    COVER_DAYS,
    HISTORY_MONTHS,
    HOLDING_PERCENT,
    HUB,
    LEAD_TIME_DAYS,
    METHOD,
    ORDER_COST,
    REVIEW_DAYS,
    SERVICE_LEVEL,
)
from .reads import LOCK_COMPANY, SITES
from .rules import Terms, in_order, without_circles


@dataclass(frozen=True, slots=True)
class PlannedSite:
    """One site; `today` is its own day."""

    id: int
    code: str
    today: date
    working_days: str
    holidays: frozenset[date]
    hub_id: int | None
    transfer_days: int
    lead_time_days: int  # where no supplier is known
    defaults: Terms

    def works_from(self, day: date) -> date:
        """The day itself, or the next one on which the site can take goods in."""
        return working_day_from(day, working_days=self.working_days, holidays=self.holidays)


@dataclass(frozen=True, slots=True)
class Ground:
    """A company, locked for planning, with its sites in the order they are planned: each before its hub."""

    company_id: int
    currency: str
    today: date
    first_month: date  # of history
    this_month: date  # not over yet
    sites: dict[int, PlannedSite]

    @property
    def hubs(self) -> set[int]:
        return {site.hub_id for site in self.sites.values() if site.hub_id is not None}


def ground_of(batch: Batch, company_id: int) -> Ground:
    """The company's ground, its row locked: one run at a time. Raises NotFound."""
    rows = batch.read(LOCK_COMPANY, batch.now, company_id)
    if not rows:
        raise NotFound(what=_("company"), reference=company_id)
    ((_id, currency, today),) = rows
    found = batch.read(SITES, batch.now, today - timedelta(days=1), company_id)
    codes = {code.upper(): site_id for site_id, code, *_rest in found}
    wanted = {
        site_id: codes.get(HUB.value(on=on, site=site_id, company=company_id).strip().upper())
        for site_id, _code, on, *_rest in found
    }
    hubs = without_circles(wanted)
    rows_of = {row[0]: row for row in found}
    sites = {site_id: _site(rows_of[site_id], hubs[site_id], company_id) for site_id in in_order(hubs)}
    this_month = today.replace(day=1)
    months = HISTORY_MONTHS.value(on=today, company=company_id)
    return Ground(company_id, currency, today, months_before(this_month, months), this_month, sites)


def _site(row: Row, hub_id: int | None, company_id: int) -> PlannedSite:
    site_id, code, today, working_days, holidays = row
    at: Any = {"on": today, "site": site_id, "company": company_id}
    defaults = Terms(
        stocking="stocked",
        method=METHOD.value(**at),
        service_level=SERVICE_LEVEL.value(**at),
        review_days=REVIEW_DAYS.value(**at),
        cover_days=COVER_DAYS.value(**at),
        order_cost=ORDER_COST.value(**at),
        holding_percent=HOLDING_PERCENT.value(**at),
    )
    return PlannedSite(
        site_id,
        code,
        today,
        working_days,
        frozenset(holidays),
        hub_id,
        TRANSFER_DAYS.value(**at),
        LEAD_TIME_DAYS.value(**at),
        defaults,
    )


def months_before(month: date, count: int) -> date:
    """The first day of the month so many months earlier."""
    place = month.year * 12 + month.month - 1 - count
    return date(place // 12, place % 12 + 1, 1)


def months_between(first: date, last: date) -> int:
    """How many months lie from the one to the other, both first days."""
    return (last.year - first.year) * 12 + last.month - first.month
