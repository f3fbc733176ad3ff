"""What screens and programs ask about returns, scoped to the reader."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erp.kernel import attachments
from erp.kernel.models import Decision
from inventory.commitments.models import Demand
from inventory.outbound.models import Shipment, ShipmentLine
from inventory.stock.models import Lot, StockEntry, StockPosting
from masterdata.items.models import Item
from masterdata.places.models import Bin
from orders.entry.models import LineDemand, OrderLine, SalesOrder

from .models import CarrierClaim, CustomerReturn, ReturnReceipt
from .states import OPEN, State

ZERO = Decimal(0)


def return_list(*, user: Any) -> QuerySet[CustomerReturn]:
    """Returns the reader may see, newest first, with customer and order."""
    found = CustomerReturn.objects.visible_to(user).select_related("customer__party", "order", "site")
    return found.order_by("-pk")


def claim_list(*, user: Any) -> QuerySet[CarrierClaim]:
    """Claims on carriers the reader may see."""
    return CarrierClaim.objects.visible_to(user).select_related("rma__customer__party").order_by("-pk")


def return_of(number: str, *, user: Any) -> QuerySet[CustomerReturn]:
    """The return of that number with all its page shows of the header; empty outside the reader's scope."""
    return return_list(user=user).filter(number=number).select_related("company", "replacement")


@dataclass(frozen=True, slots=True)
class Returnable:
    """A shipped line that something may still come back of; one row per lot that left with it."""

    line: ShipmentLine
    lot: Lot | None
    shipped: Decimal
    left: Decimal

    @property
    def key(self) -> str:
        """Names the row in a form."""
        return f"{self.line.pk}-{self.lot.pk if self.lot else 0}"


@dataclass(frozen=True, slots=True)
class ReturnableKit:
    """A kit line of which whole kits may still come back; `lots`: those of components that left in several."""

    line: OrderLine
    left: Decimal
    lots: list[tuple[Item, list[Lot]]]


def returnable_lines(order: SalesOrder) -> list[Returnable]:
    """What of an order has shipped and is not asked back yet, kits left out; three queries."""
    return [row for row in _returnable(order) if row.line.demand.kit is None]


def returnable(order: SalesOrder) -> tuple[list[Returnable], list[ReturnableKit]]:
    """What of an order may come back by the piece, and its whole kits; four queries."""
    rows = _returnable(order)
    of_demand: defaultdict[int, list[Returnable]] = defaultdict(list)
    for row in rows:
        if row.line.demand.kit is not None:
            of_demand[row.line.demand_id].append(row)
    links = LineDemand.objects.filter(line__order=order, role=LineDemand.Role.COMPONENT)
    parts: defaultdict[OrderLine, list[Demand]] = defaultdict(list)
    for link in links.select_related("line__item", "demand__item").order_by("line__line", "demand"):
        parts[link.line].append(link.demand)
    kits = []
    for line, demands in parts.items():
        left = min(
            sum((row.left for row in of_demand[demand.pk]), ZERO) // (demand.per_kit or 1)
            for demand in demands
        )
        lots = [
            (demand.item, found)
            for demand in demands
            if len(found := list({row.lot.pk: row.lot for row in of_demand[demand.pk] if row.lot}.values()))
            > 1
        ]
        if left:
            kits.append(ReturnableKit(line, left, lots))
    return [row for row in rows if row.line.demand.kit is None], kits


def _returnable(order: SalesOrder) -> list[Returnable]:
    lines = {
        line.pk: line
        for line in ShipmentLine.objects.filter(
            shipment__group__document=order.number,
            shipment__state=Shipment.State.SHIPPED,
            shipped__gt=F("returned"),
        )
        .select_related("shipment", "item", "demand")
        .prefetch_related("return_lines")
        .order_by("pk")
    }
    postings = StockPosting.objects.filter(
        source="inventory.shipment",
        kind__in=("issue", "drop"),
        source_id__in={line.shipment_id for line in lines.values()},
    )
    left: dict[tuple[int, int | None], Decimal] = {}
    for entry in StockEntry.objects.filter(posting_id__in=postings.values("pk"), line_id__in=lines):
        key = (entry.line_id or 0, entry.lot_id)
        left[key] = left.get(key, ZERO) - entry.quantity
    lots = Lot.objects.in_bulk([lot_id for _line, lot_id in left if lot_id])
    rows = []
    for (line_id, lot_id), shipped in sorted(left.items(), key=lambda entry: (entry[0][0], entry[0][1] or 0)):
        back = sum(
            (
                asked.quantity - asked.cancelled
                for asked in lines[line_id].return_lines.all()
                if asked.lot_id == lot_id
            ),
            ZERO,
        )
        if shipped > back:
            rows.append(
                Returnable(lines[line_id], lots.get(lot_id) if lot_id else None, shipped, shipped - back)
            )
    return rows


def to_inspect(rma: CustomerReturn) -> QuerySet[ReturnReceipt]:
    """Receipts of a return with goods in inspection, as they came."""
    found = rma.receipts.filter(disposed__lt=F("quantity")).annotate(left=F("quantity") - F("disposed"))
    return found.select_related("line__item", "line__order_line__item", "bin", "lot").order_by("pk")


def return_bins(site_id: int) -> dict[str, Bin]:
    """Bins of a site that returned goods may lie in, by their code in upper case."""
    kinds = (*Bin.PICKABLE, Bin.Kind.HOLD)
    found = Bin.objects.filter(site=site_id, is_active=True, kind__in=kinds).order_by("pick_sequence", "pk")
    return {each.code.upper(): each for each in found}


def default_bin(bins: Iterable[Bin]) -> str:
    """Where returned goods are put unless somebody says otherwise: the receiving bin, else one for held goods."""
    wanted = (Bin.Kind.RECEIVING, Bin.Kind.HOLD)
    return next((each.code for kind in wanted for each in bins if each.kind == kind), "")


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the state line: requested, approved, received, inspected, credited."""

    label: Any
    at: datetime | None
    who: str = ""

    @property
    def state(self) -> str:
        return "done" if self.at else "open"


def stages_of(rma: CustomerReturn) -> list[Stage]:
    """The stages whose instants the returns KPI counts."""
    return [
        Stage(_("Requested"), rma.requested_at, rma.requested_by),
        Stage(_("Approved"), rma.approved_at, rma.approved_by),
        Stage(_("Received"), rma.received_at),
        Stage(_("Inspected"), None if rma.state == State.RECEIVED else rma.inspected_at),
        Stage(_("Credited"), None if rma.state == State.INSPECTED else rma.credited_at),
        Stage(
            _("Closed"), rma.closed_at, _("System") if rma.closed_by.startswith("system:") else rma.closed_by
        ),
    ]


VERBS = {
    "orders.request_return": gettext_lazy("Requested"),
    "orders.approve_return": gettext_lazy("Approved"),
    "orders.receive_return": gettext_lazy("Goods received"),
    "orders.dispose_return": gettext_lazy("Goods inspected"),
    "orders.settle_excess": gettext_lazy("Excess decided"),
    "orders.replace_return": gettext_lazy("Replacement ordered"),
    "orders.return_rejected": gettext_lazy("Rejected"),
    "orders.return_cancelled": gettext_lazy("Cancelled"),
    "orders.return_closed": gettext_lazy("Closed"),
    **attachments.VERBS,
}


def timeline_of(rma: CustomerReturn) -> list[dict[str, Any]]:
    """What was decided about the return, newest first."""
    decisions = Decision.objects.filter(
        subject=CustomerReturn._meta.label_lower, subject_id=rma.pk, verb__in=VERBS
    ).order_by("-recorded_at")
    return [
        {
            "what": VERBS[decision.verb],
            "who": decision.actor,
            "at": decision.recorded_at,
            "text": next(filter(None, map(decision.outcome.get, ("reason", "sentence", "name"))), ""),
        }
        for decision in decisions
    ]


def waiting(*states: State) -> Q:
    """Returns in one of these states; without one, every open return."""
    return Q(state__in=states or OPEN)
