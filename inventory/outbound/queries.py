"""What the warehouse asks: what can be released, what is under way, what one shipment holds."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import (
    Count,
    DecimalField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erp.kernel import attachments
from erp.kernel.batch import constant
from erp.kernel.clock import now
from erp.kernel.formats import write_day, write_quantity
from erp.kernel.models import Decision
from erp.kernel.workplace import at_workplace
from inventory.commitments.models import Commitment, DemandGroup, PromiseEvent
from inventory.commitments.rules import whole_kits
from inventory.outbound.models import Pick, Shipment, ShipmentLine
from inventory.stock.models import StockPosting
from masterdata.items.models import Item
from masterdata.places.models import Site
from masterdata.places.queries import day_of, is_past, site_list

from .policies import RELEASE_HORIZON
from .reads import STANDING
from .rules import OpenDemand, ShipRule, why_kits_wait, why_not_now
from .states import OPEN

QUANTITY = DecimalField(max_digits=18, decimal_places=6)
# By ship date; what has a priority of its own goes before (or behind) the others, who count as the usual 5.
TURN = RawSQL(
    """CASE WHEN inventory_demandgroup.own_priority THEN inventory_demandgroup.priority ELSE 5 END * 1000000
    + (inventory_demandgroup.ship_on - DATE '2000-01-01')""",
    (),
    output_field=IntegerField(),
)


def shipment_list(*, user: Any) -> QuerySet[Shipment]:
    """Shipments in the reader's scope, with whom they go to."""
    return Shipment.objects.visible_to(user).select_related("site", "group__party", "group__ship_to")


def release_list(*, user: Any) -> QuerySet[DemandGroup]:
    """Deliveries with stock reserved that is not in the warehouse yet; `ready` counts such lines.

    Reads from the open commitments, which are few, not from every delivery there ever was.
    """
    working = (
        Pick.objects.filter(line__demand=OuterRef("demand"), shipment__state__in=OPEN)
        .order_by()
        .values("line__demand")
        .annotate(bound=Sum(Coalesce("picked", "quantity")))
        .values("bound")
    )
    waiting = Commitment.objects.filter(supply=None).annotate(
        working=Coalesce(Subquery(working, output_field=QUANTITY), Decimal(0), output_field=QUANTITY)
    )
    waiting = waiting.filter(quantity__gt=F("working"))
    ready = (
        waiting.filter(demand__group=OuterRef("pk"))
        .order_by()
        .values("demand__group")
        .annotate(n=Count("pk"))
        .values("n")
    )
    open_lines = Count(
        "demands", filter=Q(demands__ordered__gt=F("demands__shipped") + F("demands__cancelled"))
    )
    return (
        DemandGroup.objects.visible_to(user)
        .filter(pk__in=waiting.values("demand__group"), party__isnull=False)  # a transfer has its own page
        .select_related("site", "party", "ship_to")
        .annotate(ready=Subquery(ready), lines=open_lines, turn=TURN)
    )


def due(user: Any) -> Q:
    """Deliveries whose ship date lies within their site's release horizon."""
    condition = Q(pk=None)
    for site in site_list(user=user):
        horizon = RELEASE_HORIZON.value(site=site.pk, company=site.company_id)
        condition |= Q(site=site, ship_on__lte=day_of(site, now()) + timedelta(days=horizon))
    return condition


def late(_user: Any) -> Q:
    """What should have left its site before today."""
    return is_past("ship_on", "site__time_zone", now())


# The station ---------------------------------------------------------------------------------------------


@dataclass(slots=True)
class DayOfWork:
    """What one site has to send by one ship date, by step."""

    site: Site
    ship_on: date
    released: int = 0
    picked: int = 0
    packed: int = 0
    to_release: int = 0

    @property
    def steps(self) -> list[tuple[str, int]]:
        """Counts of shipments by state."""
        return [(str(state), getattr(self, state)) for state in OPEN]

    @property
    def tone(self) -> str:
        today = day_of(self.site, now())
        return "bad" if self.ship_on < today else "warn" if self.ship_on == today else "mute"

    @property
    def word(self) -> str:
        today = day_of(self.site, now())
        if self.ship_on < today:
            return _("Late")
        return _("Today") if self.ship_on == today else _("Later")


def days_of_work(*, user: Any, until: date) -> list[DayOfWork]:
    """Open shipments and deliveries to release by ship date and site, late ones first, up to `until`.

    Of the site that the reader works at, else of all in scope.
    """
    sites = {site.pk: site for site in at_workplace(site_list(user=user), user, "pk")}
    days: dict[tuple[date, int], DayOfWork] = {}

    def day(ship_on: date, site_id: int) -> DayOfWork:
        return days.setdefault((ship_on, site_id), DayOfWork(sites[site_id], ship_on))

    under_way = Shipment.objects.visible_to(user).filter(state__in=OPEN, site__in=list(sites))
    for row in under_way.order_by().values("ship_on", "site", "state").annotate(n=Count("pk")):
        setattr(day(row["ship_on"], row["site"]), row["state"], row["n"])
    waiting = release_list(user=user).filter(ship_on__lte=until, site__in=list(sites))
    for site_id, ship_on in waiting.values_list("site_id", "ship_on"):
        day(ship_on, site_id).to_release += 1
    return [days[key] for key in sorted(days)]


def waits_for(group: DemandGroup) -> str:
    """Why a delivery does not go to the warehouse as far as its ship rule is concerned; empty where it may."""
    rows = constant(STANDING, group.pk)
    if not rows:
        return ""
    demands = [OpenDemand(row[4], group.pk, *row[5:]) for row in rows]
    return why_not_now(demands, ShipRule(*rows[0][:4])) or why_kits_wait(demands)


# One shipment --------------------------------------------------------------------------------------------


def picks_of(shipment: Shipment) -> QuerySet[Pick]:
    """Its picks in walking order, with item, bin and lot."""
    return shipment.picks.select_related(
        "line__item__stock_unit", "line__demand__kit_item", "balance__bin", "balance__lot"
    ).order_by("balance__bin__pick_sequence", "balance__bin__code", "pk")


def lines_of(shipment: Shipment) -> QuerySet[Any]:
    """Its lines with the demand behind them, in order."""
    return shipment.lines.select_related("item__stock_unit", "demand__kit_item").order_by("pk")


@dataclass(frozen=True, slots=True)
class SlipRow:
    """One row of a packing slip, in the item's stock unit; `inside`: a component of the kit above it."""

    item: Item
    ordered: Decimal
    picked: Decimal
    inside: bool = False


def slip_of(shipment: Shipment) -> list[SlipRow]:
    """What a delivery holds: a kit with its components beneath it, where its first component would stand."""
    lines: dict[tuple[int | None, int], list[ShipmentLine]] = {}
    for line in lines_of(shipment):
        kit = line.demand.kit
        lines.setdefault((kit, 0) if kit is not None else (None, line.pk), []).append(line)
    rows = []
    for (kit, _pk), parts in lines.items():
        if kit is not None:
            inside = [(part, part.demand) for part in parts]
            ordered = whole_kits((d.ordered, d.per_kit) for _, d in inside if d.per_kit)
            picked = whole_kits((part.picked, d.per_kit) for part, d in inside if d.per_kit)
            rows.append(SlipRow(parts[0].demand.kit_item, ordered, picked))
        rows += [SlipRow(part.item, part.demand.ordered, part.picked, kit is not None) for part in parts]
    return rows


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of a timeline."""

    what: str
    who: str
    at: datetime
    text: str = ""
    before: str = ""
    after: str = ""


VERBS = {
    "inventory.record_picks": gettext_lazy("Short at picking"),
    "inventory.pack_shipment": gettext_lazy("Packed"),
    "inventory.cancel_shipment": gettext_lazy("Cancelled"),
    "inventory.reverse_shipment": gettext_lazy("Reversed"),
    "inventory.confirm_drop_shipment": gettext_lazy("Sent by the supplier"),
    "inventory.reverse_drop_shipment": gettext_lazy("Reversed"),
    "inventory.confirm_deliveries": gettext_lazy("Delivered"),
    "inventory.withdraw_delivery": gettext_lazy("Proof of delivery taken back"),
    **attachments.VERBS,
}


def timeline_of(shipment: Shipment) -> list[Happening]:
    """What happened to a shipment, newest first: its steps, its why-records, and what became of its promises."""
    found = []
    decisions = list(
        Decision.objects.filter(subject="inventory.shipment", subject_id=shipment.pk).order_by("recorded_at")
    )
    if shipment.purchase_order_id is None:
        released = [each for each in decisions if each.verb == "inventory.release_groups"]
        who = released[0].actor if released else ""
        found.append(Happening(_("Released to the warehouse"), who, shipment.released_at))
    found += [
        Happening(
            str(VERBS.get(each.verb, each.verb)),
            each.actor,
            each.effective_at,
            str(each.outcome.get("sentence", each.outcome.get("name", ""))),
        )
        for each in decisions
        if each.verb != "inventory.release_groups"
    ]
    if shipment.picked_at and shipment.purchase_order_id is None:
        pickers = (
            picks_of(shipment).exclude(picked_by="").order_by().values_list("picked_by", flat=True).distinct()
        )
        found.append(Happening(_("Picked"), ", ".join(pickers), shipment.picked_at))
    if shipment.shipped_at:
        issue = StockPosting.objects.filter(
            source="inventory.shipment", source_id=shipment.pk, kind__in=("issue", "drop")
        ).order_by("pk")
        shipper = issue.values_list("actor", flat=True).first()
        found.append(Happening(_("Shipped"), shipper or "", shipment.shipped_at, shipment.tracking_number))
    demands = {line.demand_id: line.item.code for line in lines_of(shipment)}
    events = PromiseEvent.objects.filter(demand_id__in=demands).exclude(cause=PromiseEvent.Cause.FIRST)
    found.extend(
        Happening(
            _("Promise of %(item)s: %(cause)s")
            % {"item": demands[event.demand_id], "cause": event.get_cause_display().lower()},
            event.actor,
            event.effective_at,
            before=write_day(event.old_on) if event.old_on else "",
            after=write_day(event.new_on) if event.new_on else "",
        )
        for event in events
    )
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def left_to_count(pick: Pick) -> Decimal:
    """How much of an open pick is not counted yet; none of a worked one."""
    return Decimal(0) if pick.picked is not None else pick.quantity - pick.counted


def said(quantity: Decimal, unit: str) -> str:
    """A quantity in words, "12 EA"."""
    return f"{write_quantity(quantity)} {unit}"


def has_shorts(shipments: QuerySet[Shipment]) -> QuerySet[Shipment]:
    """The shipments with `short`: whether any of their lines was short at picking."""
    return shipments.annotate(
        short=Exists(Pick.objects.filter(shipment=OuterRef("pk")).exclude(short_reason=""))
    )
