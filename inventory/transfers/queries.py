"""Transfers of both ends, what is on its way and what did not arrive, where goods are loaded, and proposals."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from erp.kernel.actor import Actor
from erp.kernel.clock import now
from erp.kernel.models import Decision, User
from erp.kernel.workplace import workplace_of
from inventory.adjustments.models import Adjustment
from inventory.commitments.lists import backorder_list
from inventory.commitments.models import Demand
from inventory.outbound.rules import BinStock
from inventory.stock.models import SiteStock, Status, StockBalance
from inventory.stock.statuses import PICKABLE
from masterdata.items.models import Item
from masterdata.places.models import Bin, Site
from masterdata.places.queries import day_of, is_past, site_list

from .models import RebalanceProposal, TransferContent, TransferDifference, TransferLine, TransferOrder
from .permissions import APPROVE_TRANSFER, RECEIVE_TRANSFER, SHIP_TRANSFER
from .rules import ToLoad, load_plan

State = TransferOrder.State
REFUSED_WRITE_OFF = Q(adjustment__state=Adjustment.State.REFUSED)
OPEN_DIFFERENCE = Q(outcome="") | REFUSED_WRITE_OFF
WAITING_DIFFERENCE = Q(adjustment__state=Adjustment.State.WAITING)


def transfer_list(*, user: Any) -> QuerySet[TransferOrder]:
    """Transfers of which the reader sees one end, with `line_count`."""
    return (
        TransferOrder.objects.visible_to(user)
        .select_related("company", "site", "to_site")
        .annotate(line_count=Coalesce(Subquery(_LINES), 0))
    )


_LINES = (
    TransferLine.objects.filter(order=OuterRef("pk"))
    .order_by()
    .values("order")
    .annotate(n=Count("pk"))
    .values("n")
)


def late(_user: Any = None) -> Q:
    """What should be in stock at the other site by now, and is not: to be shipped, or on its way."""
    return Q(state__in=(State.APPROVED, State.SHIPPED)) & is_past("due_on", "to_site__time_zone", now())


def at_site(rows: QuerySet[Any], site: Any) -> QuerySet[Any]:
    """Those with the site at either end."""
    return rows.filter(Q(site=site) | Q(to_site=site))


def with_item(rows: QuerySet[TransferOrder], code: str) -> QuerySet[TransferOrder]:
    """Those with a line of the item."""
    lines = TransferLine.objects.filter(item__code__in=sorted({code.strip(), code.strip().upper()}))
    return rows.filter(pk__in=lines.values("order"))


def here(rows: QuerySet[Any], user: User, *columns: str) -> QuerySet[Any]:
    """Those of which one of the columns is where the reader works; all of them for who works everywhere."""
    place = workplace_of(user)
    if place is None:
        return rows
    wanted = Q()
    for column in columns:
        wanted |= Q(**{column: place.key})
    return rows.filter(wanted)


def lines_of(order: TransferOrder) -> QuerySet[TransferLine]:
    """Its lines with `to_ship`, what is `reserved` for it, and `on_way`; stock unit."""
    return (
        order.lines.select_related("item", "demand", "wanted_by__group")
        .annotate(
            to_ship=F("quantity") - F("shipped") - F("cancelled"),
            on_way=F("shipped") - F("received") - F("missing"),
        )
        .order_by("line")
    )


def expected_of(order: TransferOrder) -> QuerySet[TransferContent]:
    """What was shipped and is still expected, lot by lot."""
    return (
        TransferContent.objects.filter(line__order=order)
        .select_related("line__item", "lot")
        .filter(shipped__gt=F("received") + F("missing"))
        .order_by("line__line", "lot__code", "pk")
    )


def arrives_as(content: TransferContent, site: Site) -> Status:
    """The status that goods have as they arrive at a site: what has expired on its way is not sold any more."""
    expires_on = content.lot.expires_on if content.lot is not None else None
    expired = expires_on is not None and expires_on <= day_of(site, now())
    return Status.EXPIRED if expired else Status.AVAILABLE


def timeline_of(order: TransferOrder) -> list[dict[str, Any]]:
    """What was decided and done, newest first."""
    decisions = Decision.objects.filter(subject="inventory.transferorder", subject_id=order.pk)
    return [
        {
            "what": _WORDS.get(each.verb.removeprefix("inventory."), each.verb),
            "who": each.actor,
            "at": each.effective_at,
            "text": each.outcome.get("sentence", ""),
        }
        for each in decisions.order_by("-pk")
    ]


_WORDS = {
    "request_transfer": "Requested",
    "amend_transfer": "Changed",
    "approve_transfer": "Approved",
    "refuse_transfer": "Refused",
    "cancel_transfer": "Cancelled",
    "ship_transfer": "Shipped",
    "receive_transfer": "Received",
    "find_difference": "Found",
    "write_off_difference": "Cleared",
}


MOST_WAITING = 10


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A demand that waits at one site, and the sites of its company that have some of the item free, most first."""

    demand: Demand
    missing: Decimal
    sites: list[Any]  # SiteStock with `free`


def sites_in_reach(*, user: Any) -> QuerySet[Site]:
    """Sites of the companies of which the reader sees one: who works at one asks any other for goods, or sends it
    some."""
    return Site.objects.filter(company__in=site_list(user=user).values("company")).select_related("company")


def could_be_moved(item: Item, *, user: Any) -> list[Elsewhere]:
    """Lines in scope that wait for an item while another site of the company could send some; two statements."""
    waiting: QuerySet[Any] = (
        backorder_list(user=user)
        .filter(item=item, supply_method="stock")
        .filter(Q(promised_on=None) | Q(promised_on__gt=F("requested_on")))
        .order_by("requested_on", "pk")[:MOST_WAITING]
    )
    stock = SiteStock.objects.filter(item=item, available__gt=F("reserved"), site__is_active=True)
    free = sorted(
        stock.select_related("site").annotate(free=F("available") - F("reserved")),
        key=lambda row: (-row.free, row.site.code),
    )
    found = []
    for demand in waiting:
        sites = [
            row
            for row in free
            if row.site_id != demand.site_id and row.site.company_id == demand.site.company_id
        ]
        if sites:
            found.append(Elsewhere(demand, demand.missing, sites))
    return found


# Loading ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Suggested:
    """A quantity of a line, and the place that it is best taken from."""

    line: TransferLine
    bin: Bin
    lot: Any
    expires_on: date | None
    quantity: Decimal

    @property
    def key(self) -> str:
        return f"{self.line.pk}-{self.bin.pk}-{self.lot.pk if self.lot else 0}"


def to_load(order: TransferOrder, lines: Iterable[TransferLine]) -> list[Suggested]:
    """Where everything that is reserved for a transfer lies and has not expired, in walking order."""
    known = {line.pk: line for line in lines if line.demand is not None and line.demand.reserved}
    balances = (
        StockBalance.objects.filter(
            site=order.site_id,
            item__in={line.item_id for line in known.values()},
            status__in=PICKABLE,
            owner=None,
            quantity__gt=F("allocated"),
            bin__kind__in=Bin.PICKABLE,
            bin__is_active=True,
        )
        .select_related("bin", "lot")
        .in_bulk()
    )
    bins = [
        BinStock(
            pk, each.item_id, each.quantity - each.allocated,
            each.lot.expires_on if each.lot else None, each.bin.pick_sequence,
        )
        for pk, each in balances.items()
    ]  # fmt: skip
    wanted = [ToLoad(pk, line.item_id, line.demand.reserved) for pk, line in known.items() if line.demand]
    found = []
    for load in load_plan(wanted, bins, today=day_of(order.site, now())):
        place = balances[load.balance_id]
        expires_on = place.lot.expires_on if place.lot else None
        found.append(Suggested(known[load.line_id], place.bin, place.lot, expires_on, load.quantity))
    return sorted(found, key=lambda each: (each.bin.pick_sequence, each.bin.code, each.line.line))


# Differences -----------------------------------------------------------------------------------------------------


def difference_list(*, user: Any) -> QuerySet[TransferDifference]:
    """Differences of the transfers that the reader sees, with `state` (what became of them) and what is `missing`."""
    return (
        TransferDifference.objects.filter(order__in=TransferOrder.objects.visible_to(user))
        .select_related("order__site", "order__to_site", "content__line__item", "content__lot", "adjustment")
        .annotate(
            missing=F("quantity") - F("found"),
            state=Case(
                When(OPEN_DIFFERENCE, then=Value("open")),
                When(WAITING_DIFFERENCE, then=Value("waiting")),
                default=F("outcome"),
                output_field=CharField(),
            ),
        )
    )


def overdue(_user: Any = None) -> Q:
    """Open beyond their day."""
    return OPEN_DIFFERENCE & is_past("due_on", "order__to_site__time_zone", now())


# Proposals -------------------------------------------------------------------------------------------------------


def proposal_list(*, user: Any) -> QuerySet[RebalanceProposal]:
    """Proposals in the reader's scope."""
    return RebalanceProposal.objects.visible_to(user).select_related(
        "company", "item", "site", "to_site", "transfer"
    )


# What waits for somebody -----------------------------------------------------------------------------------------


def to_work(*, user: User) -> QuerySet[TransferOrder]:
    """What this person can take further: to approve and to ship where goods come from, to receive where they go."""
    actor, rows = Actor.of(user), transfer_list(user=user)
    wanted = Q(pk=None)
    for right, state, column in (
        (APPROVE_TRANSFER, State.REQUESTED, "site"),
        (SHIP_TRANSFER, State.APPROVED, "site"),
        (RECEIVE_TRANSFER, State.SHIPPED, "to_site"),
    ):
        if user.has_perm(right):
            wanted |= Q(state=state) & _within(actor, right, column) & _at_work(user, column)
    return rows.filter(wanted)


def _within(actor: Actor, right: str, column: str) -> Q:
    """Rows whose site in this column the right reaches."""
    everywhere, companies, sites = actor.reach(right)
    return Q() if everywhere else Q(company__in=companies) | Q(**{f"{column}__in": sites})


def _at_work(user: User, column: str) -> Q:
    place = workplace_of(user)
    return Q(**{column: place.key}) if place is not None else Q()
