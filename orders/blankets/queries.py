"""What screens and programs ask about blanket orders, scoped to the reader."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erp.kernel import charts
from erp.kernel.models import Decision

from .models import BlanketLine, BlanketOrder, CallOff
from .policies import WARNING

ENDING_DAYS = 30
MOST_FRAMES = 20
RUNNING = Q(state="open")
TO_APPROVE = Q(state="open", approved_by="") & ~Q(beyond="")
ZERO = Decimal(0)


def blanket_list(*, user: Any) -> QuerySet[BlanketOrder]:
    """Blanket orders the reader may see, newest first, with their customer."""
    found = BlanketOrder.objects.visible_to(user).select_related("customer__party", "site")
    return found.order_by("-pk")


def blanket_of(number: str, *, user: Any) -> QuerySet[BlanketOrder]:
    """The blanket order of that number with all its page shows; empty outside the reader's scope."""
    return blanket_list(user=user).filter(number=number).select_related("company", "ship_to")


def nearly_used() -> Q:
    """Running blanket orders with a line of which the house's warning share is called off."""
    share = WARNING.value() / 100
    used = BlanketLine.objects.filter(blanket=OuterRef("pk"), called__gte=F("stock_quantity") * share)
    return RUNNING & Q(Exists(used))


def ending() -> Q:
    """Running blanket orders whose last day is within the month."""
    return RUNNING & Q(valid_until__lte=timezone.localdate() + timedelta(days=ENDING_DAYS))


@dataclass(frozen=True, slots=True)
class LineView:
    """One committed line in its own unit."""

    line: BlanketLine

    @property
    def called(self) -> Decimal:
        return self._in_unit(self.line.called)

    @property
    def open(self) -> Decimal:
        """What is still committed."""
        return max(self.line.quantity - self.called, ZERO)

    @property
    def tolerated(self) -> Decimal:
        return self._in_unit(self.line.tolerated)

    @property
    def open_net(self) -> Decimal:
        return self.open * self.line.unit_price

    @property
    def used_percent(self) -> Decimal:
        return self.line.called * 100 / self.line.stock_quantity

    @property
    def meter(self) -> SafeString:
        return charts.meter(
            self.line.called,
            self.line.stock_quantity,
            "bad" if self.line.called > self.line.stock_quantity else "s1",
        )

    def _in_unit(self, stock: Decimal) -> Decimal:
        return round(stock * self.line.quantity / self.line.stock_quantity, 6)


def views_of(blanket: BlanketOrder) -> list[LineView]:
    """The lines with what is called off and left of each."""
    return [LineView(line) for line in blanket.lines.select_related("item").order_by("line")]


def frames_of(customer_id: int, *, user: Any, item_id: int | None = None) -> list[LineView]:
    """Lines of the customer's running blanket orders with something left to call off, the next to end first."""
    today = timezone.localdate()
    found = BlanketLine.objects.filter(
        blanket__in=BlanketOrder.objects.visible_to(user).filter(RUNNING, customer=customer_id),
        blanket__valid_from__lte=today,
        blanket__valid_until__gte=today,
        called__lt=F("stock_quantity") + F("tolerated"),
    )
    if item_id is not None:
        found = found.filter(item=item_id)
    lines = found.select_related("item", "blanket").order_by("blanket__valid_until", "pk")
    return [LineView(line) for line in lines[:MOST_FRAMES]]


def call_offs_of(blanket: BlanketOrder) -> QuerySet[CallOff]:
    """Every call-off, the newest first, with its order."""
    found = CallOff.objects.filter(line__blanket=blanket)
    return found.select_related("line__item", "order_line__order").order_by("-pk")


VERBS = {
    "orders.create_blanket": gettext_lazy("Agreed"),
    "orders.change_blanket": gettext_lazy("Changed"),
    "orders.approve_blanket": gettext_lazy("Prices approved"),
    "orders.call_off": gettext_lazy("Called off"),
    "orders.close_blanket": gettext_lazy("Closed"),
    "orders.expire_blankets": gettext_lazy("Expired"),
}
MOST_EVENTS = 40


def timeline_of(blanket: BlanketOrder) -> list[dict[str, Any]]:
    """What was decided about the blanket order, newest first."""
    found = Decision.objects.filter(
        subject=BlanketOrder._meta.label_lower, subject_id=blanket.pk, verb__in=VERBS
    )
    return [
        {
            "what": VERBS[decision.verb],
            "who": _("System") if decision.actor.startswith("system:") else decision.actor,
            "at": decision.recorded_at,
            "text": _said(decision.outcome),
        }
        for decision in found.order_by("-recorded_at", "-pk")[:MOST_EVENTS]
    ]


def _said(outcome: dict[str, Any]) -> str:
    parts = [
        outcome.get("sentence"),
        outcome.get("reason"),
        outcome.get("beyond"),
        *outcome.get("warnings", []),
    ]
    return " ".join(filter(None, parts))
