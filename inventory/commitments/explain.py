"""The reads behind "why this date, why not now", for a whole order or an item in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from erp.kernel.batch import constant
from erp.kernel.clock import now
from inventory.stock.models import Quantity, SiteStock
from inventory.stock.queries import stock_on_hand
from masterdata.items.models import Item, ItemReference
from masterdata.parties.models import Supplier
from masterdata.places.models import Site
from masterdata.places.queries import closed_days, site_list

from .ladder import Calendar, Incoming, Rung, available_on, buy_now, ladder, transfer_now
from .models import BOUGHT, SHORT, Commitment, Demand, Supply
from .policies import TRANSFER_DAYS
from .reads import HOLDERS, KEPT, PARTS, TOO_OLD
from .reasons import Holder, Kept, Known, Part, Reason, reason_of, why_not_now
from .sharing import ZERO

SHOWN = 3

Place = tuple[int, int]  # site, item


def explain_promises(demands: Sequence[Demand], *, document: str = "") -> dict[int, Reason]:
    """Why each of a document's demands (of one site) is promised as it is; five statements."""
    if not demands:
        return {}
    site_id, items = demands[0].site_id, sorted({demand.item_id for demand in demands})
    parts: defaultdict[int, list[Part]] = defaultdict(list)
    for demand_id, quantity, on, source, due_on in constant(PARTS, [demand.pk for demand in demands]):
        parts[demand_id].append(Part(quantity, on, source, due_on))
    stock = {row.item_id: row for row in SiteStock.objects.filter(site=site_id, item__in=items)}
    places = [(site_id, item_id) for item_id in items]
    holders, counts = _holders(places, document)
    kept = _kept(places)
    too_old = dict(constant(TOO_OLD, now(), [demand.pk for demand in demands]))
    return {
        demand.pk: reason_of(
            Known(
                open=demand.ordered - demand.shipped - demand.cancelled,
                requested_on=demand.requested_on,
                method=demand.supply_method,
                parts=parts[demand.pk],
                on_hand=stock[demand.item_id].on_hand if demand.item_id in stock else ZERO,
                available=stock[demand.item_id].available if demand.item_id in stock else ZERO,
                holders=holders[site_id, demand.item_id],
                others=max(0, counts[site_id, demand.item_id] - SHOWN),
                kept=kept[site_id, demand.item_id],
                too_old=too_old.get(demand.pk, ZERO),
            )
        )
        for demand in demands
    }


def _holders(
    places: Sequence[Place], document: str = ""
) -> tuple[defaultdict[Place, list[Holder]], defaultdict[Place, int]]:
    found: defaultdict[Place, list[Holder]] = defaultdict(list)
    counts: defaultdict[Place, int] = defaultdict(int)
    sites, items = [place[0] for place in places], [place[1] for place in places]
    for site_id, item_id, name, quantity, on, documents in constant(HOLDERS, sites, items, document, SHOWN):
        found[site_id, item_id].append(Holder(name, quantity, on))
        counts[site_id, item_id] = documents
    return found, counts


def _kept(places: Sequence[Place]) -> defaultdict[Place, list[Kept]]:
    found: defaultdict[Place, list[Kept]] = defaultdict(list)
    sites, items = [place[0] for place in places], [place[1] for place in places]
    for site_id, item_id, name, left, until in constant(KEPT, sites, items, now()):
        found[site_id, item_id].append(Kept(name, left, until))
    return found


@dataclass(slots=True)
class Outlook:
    """An item at a site: what may be promised when, and how more could be got."""

    site: Site
    unit: str
    on_hand: Decimal
    rungs: list[Rung]
    waiting: Decimal
    why_not_now: str
    calendar: Calendar
    at: datetime  # now, by the site's clock
    offers: list[tuple[str, date]] = field(default_factory=list)

    @property
    def free(self) -> Decimal:
        return self.rungs[0].available

    def leaves_on(self, quantity: Decimal) -> date | None:
        """The first day on which all of it could leave, from stock or from what is coming; None: not from these."""
        on = available_on(self.rungs, quantity)
        if on is None:
            return None
        return self.calendar.leaves(self.at) if on == self.at.date() else self.calendar.leaves_after(on)


def outlooks_of(item: Item, *, user: Any, also: int | None = None) -> list[Outlook]:
    """The item at every site in the reader's scope where it is stocked, wanted or coming; the sites by code.

    `also`: a site that is shown in any case. A fixed number of statements, whatever the sites.
    """
    sites = {site.pk: site for site in site_list(user=user).filter(is_active=True).order_by("code")}
    stock = {row.site_id: row for row in stock_on_hand(user=user).filter(item=item)}
    coming: defaultdict[int, list[Incoming]] = defaultdict(list)
    open_supplies = Supply.objects.visible_to(user).filter(
        item=item, expected__gt=F("received") + F("cancelled"), is_drop=False
    )
    for supply in open_supplies.order_by("due_on", "pk"):
        to_come = supply.expected - supply.received - supply.cancelled
        coming[supply.site_id].append(Incoming(supply.document, supply.due_on, to_come, supply.committed))
    wanted = _waiting(item)
    days = closed_days(sites)
    leads = _lead_times(item, {site.company_id for site in sites.values()})
    shown = [
        site
        for site in sites.values()
        if site.pk in stock or site.pk in coming or wanted.get(site.pk) or site.pk == also
    ]
    places = [(site.pk, item.pk) for site in shown]
    holders, counts = _holders(places)
    kept_at = _kept(places)
    found = []
    for site in shown:
        place, row, at = (site.pk, item.pk), stock.get(site.pk), local_time(site)
        kept = kept_at[place]
        rungs = ladder(
            today=at.date(),
            available=row.available if row else ZERO,
            reserved=row.reserved if row else ZERO,
            kept=sum((quota.quantity for quota in kept), ZERO),
            waiting=wanted.get(site.pk, ZERO),
            supplies=coming[site.pk],
        )
        outlook = Outlook(
            site=site,
            unit=item.stock_unit_id,
            on_hand=row.on_hand if row else ZERO,
            rungs=rungs,
            waiting=wanted.get(site.pk, ZERO),
            why_not_now="",
            calendar=calendar_of(site, days[site.pk]),
            at=at,
        )
        if not outlook.free:
            available = row.available if row else ZERO
            outlook.why_not_now = why_not_now(available, holders[place], max(0, counts[place] - SHOWN), kept)
        outlook.offers = _offers(site, sites, stock, days, leads.get(site.company_id, []), at)
        found.append(outlook)
    return found


def local_time(site: Site) -> datetime:
    """Now, by the site's clock."""
    return now().astimezone(ZoneInfo(site.time_zone)).replace(tzinfo=None)


def calendar_of(site: Site, closed: set[date]) -> Calendar:
    return Calendar(site.cut_off, site.ship_days, site.working_days, frozenset(closed))


def _waiting(item: Item) -> dict[int, Decimal]:
    """What demands want that leans on nothing, by site; what is to be bought for one of them takes from nobody."""
    leaning = (
        Commitment.objects.filter(demand=OuterRef("pk"), supply__isnull=False)
        .values("demand")
        .annotate(n=Sum("quantity"))
        .values("n")
    )
    short = Demand.objects.filter(SHORT, item=item).exclude(BOUGHT)
    open_rows = (
        short.annotate(leaning=Coalesce(Subquery(leaning), Value(ZERO), output_field=Quantity()))
        .values("site")
        .annotate(open=Sum(F("ordered") - F("shipped") - F("cancelled") - F("reserved") - F("leaning")))
    )
    return {row["site"]: max(ZERO, row["open"]) for row in open_rows}


def _lead_times(item: Item, companies: set[int]) -> dict[int, list[tuple[str, int]]]:
    """Who sells us the item and in how many days, the quickest first, by company."""
    parties = ItemReference.objects.filter(item=item, kind=ItemReference.Kind.SUPPLIER).values("party")
    found: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
    for supplier in (
        Supplier.objects.filter(party__in=parties, company__in=companies, is_blocked=False)
        .select_related("party")
        .order_by("lead_time_days", "pk")
    ):
        found[supplier.company_id].append((supplier.party.name, supplier.lead_time_days))
    return found


def _offers(
    site: Site,
    sites: dict[int, Site],
    stock: dict[int, SiteStock],
    days: dict[int, set[date]],
    suppliers: Sequence[tuple[str, int]],
    at: datetime,
) -> list[tuple[str, date]]:
    """What buying or moving now would make possible, the soonest first. Nothing of it is reserved."""
    calendar = calendar_of(site, days[site.pk])
    offers = [
        (
            _("bought now from %(name)s, %(n)s days") % {"name": name, "n": lead},
            buy_now(at=at, lead_time_days=lead, calendar=calendar),
        )
        for name, lead in suppliers[:2]
    ]
    for other in sites.values():
        row = stock.get(other.pk)
        if (
            other.pk != site.pk
            and other.company_id == site.company_id
            and row
            and row.available > row.reserved
        ):
            leaves = calendar_of(other, days[other.pk]).leaves(local_time(other))
            moving = TRANSFER_DAYS.value(site=site.pk, company=site.company_id)
            arrives = transfer_now(leaves_source_on=leaves, transfer_days=moving, calendar=calendar)
            offers.append((_("moved now from %(name)s") % {"name": other.code}, arrives))
    return sorted(offers, key=lambda offer: offer[1])
