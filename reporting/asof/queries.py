"""Stock as of a day, as it was known at a moment (IV10)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from erp.kernel.access import access_of
from inventory.stock.models import Status
from inventory.stock.permissions import VIEW_VALUE
from masterdata.models import Company, Item, Site
from reporting.asof.reads import AS_OF


@dataclass(frozen=True, slots=True)
class Question:
    """The end of a day in the company's calendar, and the moment up to which postings are known."""

    company: Company
    on: date
    known_at: datetime
    sites: tuple[int, ...] | None = None  # None: all of the company
    item_id: int | None = None  # None: all items

    @property
    def until(self) -> datetime:
        """The first instant that does not count any more."""
        return datetime.combine(self.on + timedelta(days=1), time.min, ZoneInfo(self.company.time_zone))


@dataclass(frozen=True, slots=True)
class Standing:
    """One item at one site in one status and lot: quantity in the stock unit, value in the company's currency."""

    site: str
    item: str
    name: str
    item_class: str
    unit: str
    status: str
    lot: str | None
    quantity: Decimal
    value: Decimal

    @property
    def status_label(self) -> str:
        return Status(self.status).label


def companies(*, user: Any) -> list[Company]:
    """Companies of which the reader may see what stock is worth, at one site or more."""
    sites = Site.objects.visible_to(user)
    access = access_of(user).holding(VIEW_VALUE)
    if not access.everywhere:
        _everywhere, within, here = access.bounds()
        sites = sites.filter(company__in=within) | sites.filter(pk__in=here)
    return list(Company.objects.filter(pk__in=sites.values("company")).order_by("pk"))


def sites_of(company: Company, *, user: Any) -> tuple[int, ...] | None:
    """The company's sites whose stock values the reader may see; None: all of them."""
    everywhere, within, here = access_of(user).holding(VIEW_VALUE).bounds()
    if everywhere or company.pk in within:
        return None
    return tuple(company.sites.filter(pk__in=here).order_by("pk").values_list("pk", flat=True))


def item_named(code: str) -> Item | None:
    """The item of this code, however it is written."""
    return Item.objects.filter(code__iexact=code.strip()).first()


def as_of(asked: Question) -> list[Standing]:
    """What there was, by site, item, status and lot; one statement."""
    sites = None if asked.sites is None else list(asked.sites)
    with connection.cursor() as cursor:
        cursor.execute(
            AS_OF,
            {
                "company": asked.company.pk,
                "until": asked.until,
                "known_at": asked.known_at,
                "sites": sites,
                "item": asked.item_id,
            },
        )
        return [Standing(*row) for row in cursor.fetchall()]
