"""What people ask about orders: lists with where each order stands, one order with its lines, its history."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erp.kernel import attachments
from erp.kernel.audit import history_of
from erp.kernel.formats import write_day
from erp.kernel.models import Decision
from inventory.commitments.models import OPEN, SHORT, SupplyMethod
from inventory.commitments.rules import whole_kits
from inventory.models import Demand, PromiseEvent, Shipment
from orders.holds.models import Hold
from orders.holds.rules import HOLDS

from .charges import ADDED
from .models import LineDemand, LineSubstitution, OrderLine, SalesOrder

STANDINGS = {
    "cancelled": (gettext_lazy("Cancelled"), "mute"),
    "held": (gettext_lazy("On hold"), "bad"),
    "backorder": (gettext_lazy("Backorder"), "warn"),
    "warehouse": (gettext_lazy("In the warehouse"), "info"),
    "allocated": (gettext_lazy("Allocated"), "info"),
    "shipped": (gettext_lazy("Shipped"), "info"),
    "invoiced": (gettext_lazy("Invoiced"), "ok"),
}
WORKING = ("released", "picked", "packed")  # states of a shipment that the warehouse has in hand
ZERO = Decimal(0)

_SHORT = Demand.objects.filter(SHORT, group__document=OuterRef("number"))
_LATE = Demand.objects.filter(OPEN, group__document=OuterRef("number")).filter(
    Q(promised_on=None) | Q(promised_on__gt=F("requested_on"))
)


# As text: the ORM takes 2 ms to write the six subqueries anew for every page.
_STANDING = RawSQL(
    """CASE WHEN orders_salesorder.state = 'cancelled' THEN 'cancelled'
    WHEN EXISTS (SELECT 1 FROM orders_hold h WHERE h.order_id = orders_salesorder.id AND h.released_at IS NULL)
        THEN 'held'
    WHEN EXISTS (SELECT 1 FROM inventory_demandgroup g JOIN inventory_shipment s ON s.group_id = g.id
        WHERE g.document = orders_salesorder.number AND s.state = ANY(%s)) THEN 'warehouse'
    WHEN EXISTS (SELECT 1 FROM inventory_demandgroup g JOIN inventory_demand d ON d.group_id = g.id
        WHERE g.document = orders_salesorder.number
        AND d.ordered - d.shipped - d.cancelled - d.reserved > 0) THEN 'backorder'
    WHEN EXISTS (SELECT 1 FROM inventory_demandgroup g JOIN inventory_demand d ON d.group_id = g.id
        WHERE g.document = orders_salesorder.number AND d.ordered - d.shipped - d.cancelled > 0) THEN 'allocated'
    WHEN orders_salesorder.open_net = 0 THEN 'invoiced' ELSE 'shipped' END""",
    [list(WORKING)],
    output_field=CharField(),
)


def order_list(*, user: Any) -> QuerySet[SalesOrder]:
    """Orders the user may see, each with where it stands (`standing`, a key of STANDINGS)."""
    orders = SalesOrder.objects.visible_to(user).select_related("customer__party", "site")
    return orders.annotate(standing=_STANDING)


IS_OPEN = Q(state="submitted", open_gross__gt=0)


def late(orders: QuerySet[SalesOrder]) -> QuerySet[SalesOrder]:
    """Those with a line promised later than it was asked for, or not at all."""
    return orders.filter(Exists(_LATE), state="submitted")


def backordered(orders: QuerySet[SalesOrder]) -> QuerySet[SalesOrder]:
    """Those with a line that no stock is reserved for."""
    return orders.filter(Exists(_SHORT), state="submitted")


@dataclass(slots=True)
class LineView:
    """One line with what has happened to it. Quantities in the line's unit."""

    line: OrderLine
    ordered: Decimal
    cancelled: Decimal
    reserved: Decimal = ZERO
    picked: Decimal = ZERO
    shipped: Decimal = ZERO
    first_promised_on: date | None = None
    promised_on: date | None = None
    stocked: bool = False
    why: str = ""  # why this date, or why none
    demands: list[Demand] = field(default_factory=list)  # of a kit its components, each with its item
    is_kit: bool = False
    instead: LineSubstitution | None = None  # what was asked for, where the line offers something else
    steps: list[dict[str, Any]] = field(default_factory=list)
    rejected: list[tuple[str, str]] = field(
        default_factory=list
    )  # prices that were tried, and why they gave none

    @property
    def is_added(self) -> bool:
        """Whether it follows from the other lines: a charge, or free goods."""
        return self.line.price_source in ADDED

    @property
    def supply(self) -> str:
        """SupplyMethod; blank for a service."""
        return self.demands[0].supply_method if self.demands else ""

    @property
    def site_id(self) -> int | None:
        """Where its goods leave from; none for a service."""
        return self.demands[0].site_id if self.demands else None

    @property
    def site(self) -> str:
        """The same by its code."""
        return self.demands[0].site.code if self.demands else ""

    @property
    def bought(self) -> str:
        """How it is supplied where not from stock, in words."""
        method = self.supply
        return str(SupplyMethod(method).label) if method not in ("", SupplyMethod.STOCK) else ""

    @property
    def waits_for(self) -> Demand | None:
        """The component that comes last of those that a kit waits for."""
        late = [each for each in self.demands if each.ordered > each.shipped + each.cancelled + each.reserved]
        return max(late, key=lambda each: each.promised_on or date.max) if self.is_kit and late else None

    @property
    def open(self) -> Decimal:
        return self.ordered - self.cancelled - self.shipped

    @property
    def short(self) -> Decimal:
        """What no stock is reserved for."""
        return self.open - self.reserved if self.stocked else ZERO

    @property
    def state(self) -> tuple[str, str]:
        """The promise against the request, in words with a tone."""
        if not self.ordered - self.cancelled:
            return _("Cancelled"), "mute"
        if not self.stocked:
            return _("Service"), "mute"
        if not self.open:
            return _("Shipped"), "ok"
        if self.promised_on is None:
            return (_("To be bought"), "warn") if self.bought else (_("No supply known"), "bad")
        if self.promised_on > self.line.requested_on:
            return _("Promised %(day)s") % {"day": write_day(self.promised_on)}, "warn"
        return _("As requested"), "ok"


def lines_of_order(order: SalesOrder) -> list[LineView]:
    """The order's lines with the sums of their demands and what they replace; two queries."""
    wanted = order.lines.select_related("item", "substitution__asked_item", "substitution__replaces")
    lines = list(wanted.order_by("line"))
    demands: dict[int, list[Demand]] = {}
    for link in (
        LineDemand.objects.filter(line__order=order)
        .select_related("demand__item", "demand__site")
        .order_by("demand")
    ):
        demands.setdefault(link.line_id, []).append(link.demand)
    return [_line_view(line, demands.get(line.pk, [])) for line in lines]


def _line_view(line: OrderLine, demands: list[Demand]) -> LineView:
    in_unit = line.quantity / line.stock_quantity
    view = LineView(line, line.quantity, line.cancelled_quantity, stocked=bool(demands), demands=demands)
    view.instead = getattr(line, "substitution", None)
    view.is_kit = any(demand.kit is not None for demand in demands)
    shipped, picked, covered = (
        _made_of(demands, names) for names in (("shipped",), ("picked",), ("shipped", "reserved"))
    )
    view.shipped, view.picked, view.reserved = (
        shipped * in_unit,
        picked * in_unit,
        (covered - shipped) * in_unit,
    )
    firsts = [demand.first_promised_on for demand in demands]
    nows = [demand.promised_on for demand in demands]
    view.first_promised_on = None if None in firsts else max((d for d in firsts if d), default=None)
    view.promised_on = None if None in nows else max((d for d in nows if d), default=None)
    return view


def _made_of(demands: Sequence[Demand], counters: Sequence[str]) -> Decimal:
    """What these counters of a line's demands come to in its stock unit; of a kit's components the whole kits."""
    counted = [sum((getattr(demand, name) for name in counters), ZERO) for demand in demands]
    parts = [(n, demand.per_kit) for n, demand in zip(counted, demands, strict=True) if demand.per_kit]
    return whole_kits(parts) if parts else sum(counted, ZERO)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the state line: how far the order has come."""

    label: Any
    done: Decimal
    of: Decimal
    on: date | datetime | None
    unit: str = ""  # a currency where the step is counted in money

    @property
    def state(self) -> str:
        return "done" if self.of and self.done >= self.of else "part" if self.done else "open"


def steps_of_order(order: SalesOrder, lines: list[LineView]) -> list[Step]:
    """Ordered, allocated, picked, shipped, invoiced: quantities over all lines, the last in money."""
    stocked = [view for view in lines if view.stocked]
    wanted = sum((view.ordered - view.cancelled for view in stocked), ZERO)
    shipped = sum((view.shipped for view in stocked), ZERO)
    shipments = list(
        Shipment.objects.filter(group__document=order.number).values_list("state", "picked_at", "shipped_at")
    )
    left = max((at for state, _, at in shipments if at and state == "shipped"), default=None)
    picked = max((at for _, at, _ in shipments if at), default=None)
    promised = [view.promised_on for view in stocked if view.open]
    return [
        Step(_("Ordered"), wanted, wanted, order.submitted_at),
        Step(
            _("Allocated"),
            shipped + sum((view.reserved for view in stocked), ZERO),
            wanted,
            None if None in promised else max((day for day in promised if day), default=None),
        ),
        Step(_("Picked"), sum((view.picked for view in stocked), ZERO), wanted, picked),
        Step(_("Shipped"), shipped, wanted, left),
        Step(_("Invoiced"), order.net - order.open_net, order.net, None, order.currency),
    ]


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry of an order's timeline."""

    what: Any
    who: str
    at: datetime
    text: str = ""
    before: str = ""
    after: str = ""


VERBS = {
    "orders.submit_order": gettext_lazy("Submitted"),
    "orders.amend_order": gettext_lazy("Changed"),
    "orders.cancel_order": gettext_lazy("Cancelled"),
    "orders.cancel_lines": gettext_lazy("Lines cancelled"),
    "orders.substitute_lines": gettext_lazy("Substituted"),
    "orders.change_supply": gettext_lazy("Supplied otherwise"),
    "orders.take_over_order": gettext_lazy("Change taken over"),
    **attachments.VERBS,
}
SHOWN_FIELDS = {
    "customer_po": gettext_lazy("Customer PO"),
    "gross": gettext_lazy("Total"),
    "rush": gettext_lazy("Rush"),
    "note": gettext_lazy("Note"),
}
MOST_EVENTS = 40


def timeline_of_order(order: SalesOrder, holds: list[Hold]) -> list[Happened]:
    """Decisions, holds, changed promises and changed fields, newest first."""
    found = [
        Happened(VERBS.get(verb, verb), actor, at)
        for verb, actor, at in decisions_of(order).values_list("verb", "actor", "recorded_at")[:MOST_EVENTS]
    ]
    for hold in holds:
        label = HOLDS[hold.kind][0]
        found.append(
            Happened(_("Held: %(kind)s") % {"kind": label}, hold.caused_by, hold.recorded_at, hold.detail)
        )
        if hold.released_at:
            text = _("Hold released: %(kind)s") % {"kind": label}
            found.append(Happened(text, hold.released_by, hold.released_at, hold.release_reason))
    moved = PromiseEvent.objects.exclude(cause="first").filter(
        demand_id__in=Demand.objects.filter(group__document=order.number).values("pk")
    )
    found += [
        Happened(
            _("Promise changed"),
            event.actor,
            event.recorded_at,
            event.get_cause_display(),
            write_day(event.old_on) if event.old_on else _("none yet"),
            write_day(event.new_on) if event.new_on else _("none yet"),
        )
        for event in moved.order_by("-pk")[:MOST_EVENTS]
    ]
    for entry in history_of(SalesOrder, order.pk, limit=MOST_EVENTS):
        found += [
            Happened(
                SHOWN_FIELDS[change.field],
                entry.actor,
                entry.at,
                entry.reason,
                str(change.before),
                str(change.after),
            )
            for change in entry.changes
            if change.field in SHOWN_FIELDS and entry.operation == "update"
        ]
    return sorted(found, key=lambda entry: entry.at, reverse=True)[:MOST_EVENTS]


def decisions_of(order: SalesOrder) -> QuerySet[Decision]:
    """The order's why-records, newest first."""
    return Decision.objects.filter(subject=SalesOrder._meta.label_lower, subject_id=order.pk).order_by(
        "-recorded_at"
    )


def order_by_number(number: str, *, user: Any) -> SalesOrder:
    """The order with all its page shows of the header. Raises DoesNotExist, also outside the reader's scope."""
    found: SalesOrder = (
        order_list(user=user)
        .select_related("company", "group", "ship_to", "bill_to__party", "customer__terms")
        .get(number=number)
    )
    return found
