"""Companies, sites, zones and bins that a reader may see."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import DateField, DateTimeField, F, Func, Q, QuerySet, Value
from django.db.models.functions import Cast, Upper

from .models import AccountingPeriod, Bin, Company, Holiday, SellerDetails, Site, Zone


def company_list(*, user: Any) -> QuerySet[Company]:
    """Companies whose every row the reader may see."""
    return Company.objects.visible_to(user)


def seller_details_of(company: Company) -> SellerDetails:
    """What e-invoices say of the company as the seller; what nobody has said yet is not stored."""
    return SellerDetails.objects.filter(company=company).first() or SellerDetails(company=company, version=0)


def site_list(*, user: Any) -> QuerySet[Site]:
    """Sites in scope, with their company."""
    return Site.objects.visible_to(user).select_related("company")


def sites_by_code(company_id: int, codes: Iterable[str]) -> dict[str, int]:
    """Those active sites of a company that have one of these codes, by it in upper case; no query without any."""
    wanted = {code.strip().upper() for code in codes} - {""}
    if not wanted:
        return {}
    found = Site.objects.filter(company=company_id, is_active=True).annotate(upper=Upper("code"))
    return dict(found.filter(upper__in=wanted).values_list("upper", "pk"))


def zone_list(*, user: Any) -> QuerySet[Zone]:
    """Zones of the sites in scope."""
    return Zone.objects.visible_to(user).select_related("site")


def bin_list(*, user: Any) -> QuerySet[Bin]:
    """Bins of the sites in scope, in walking order."""
    return Bin.objects.visible_to(user).select_related("site", "zone")


def bins_by_code(site_id: int, codes: Iterable[str]) -> dict[str, int]:
    """Those bins of a site that have one of these codes, however it is written: by their code in upper case."""
    named = Bin.objects.filter(site=site_id).annotate(upper=Upper("code"))
    return dict(named.filter(upper__in={code.upper() for code in codes}).values_list("upper", "pk"))


def holiday_list(*, user: Any) -> QuerySet[Holiday]:
    """Days on which sites in scope are closed though their week says open, with the site."""
    return Holiday.objects.visible_to(user).select_related("site")


def period_list(*, user: Any) -> QuerySet[AccountingPeriod]:
    """Accounting periods of the companies in scope, newest first."""
    return (
        AccountingPeriod.objects.visible_to(user).select_related("company").order_by("-starts_on", "company")
    )


def day_of(place: Company | Site, at: datetime) -> date:
    """The day that it is at a site, or where a company keeps its books."""
    return at.astimezone(ZoneInfo(place.time_zone)).date()


def day_at(zone: str, at: datetime) -> Cast:
    """`day_of` for each row of a query, by its column that names the zone: "site__time_zone"."""
    return Cast(Func(F(zone), Value(at), function="timezone", output_field=DateTimeField()), DateField())


def is_past(column: str, zone: str, at: datetime) -> Q:
    """Rows whose day is over where they belong. No day is over anywhere before it has begun in UTC: an index
    answers that."""
    return Q(**{f"{column}__lte": at.date()}) & Q(**{f"{column}__lt": day_at(zone, at)})


def closed_days(sites: Iterable[int]) -> dict[int, set[Any]]:
    """Holidays by site id, for rules.Calendar; one query for all sites."""
    found: dict[int, set[Any]] = {site: set() for site in sites}
    for site, on in Holiday.objects.filter(site__in=found).values_list("site_id", "on"):
        found[site].add(on)
    return found
