"""What screens and programs ask about quotes, scoped to the reader."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erp.kernel.models import Decision
from orders.desk.availability import availability
from orders.desk.preview import Seen, look_at
from orders.desk.queries import price_steps
from orders.entry.models import SalesOrder
from orders.entry.rules import LineRequest, OrderRequest

from .models import Quote, QuoteLine
from .sheets import lines_of_revision
from .states import OPEN, State

SOON_DAYS = 7
ZERO = Decimal(0)
TO_APPROVE = Q(state__in=OPEN, approved_by="") & ~Q(beyond="")


def quote_list(*, user: Any) -> QuerySet[Quote]:
    """Quotes the reader may see, newest first, with their customer."""
    found = Quote.objects.visible_to(user).select_related("customer__party", "site")
    return found.order_by("-pk")


def quote_of(number: str, *, user: Any) -> QuerySet[Quote]:
    """The quote of that number with all its page shows of the header; empty outside the reader's scope."""
    return quote_list(user=user).filter(number=number).select_related("company", "ship_to", "customer__terms")


def still_open() -> Q:
    """Quotes that the customer may still order."""
    return Q(state__in=OPEN)


def ending_soon(today: date | None = None) -> Q:
    """Open quotes whose last day is within the week."""
    return still_open() & Q(valid_until__lte=(today or timezone.localdate()) + timedelta(days=SOON_DAYS))


@dataclass(slots=True)
class LineView:
    """One quoted line with what could be promised now and the steps of its price."""

    line: QuoteLine
    atp_text: str = ""
    atp_tone: str = ""
    steps: list[dict[str, Any]] = field(default_factory=list)

    @property
    def order(self) -> SalesOrder | None:
        return self.line.order_line.order if self.line.order_line else None


def views_of(quote: Quote, *, user: Any) -> list[LineView]:
    """The newest revision's lines. What could be promised is asked now, and only while there is something to order."""
    views = [LineView(line) for line in lines_of_revision(quote)]
    _explain(quote, views)
    left = [view for view in views if view.line.order_line_id is None]
    if left and quote.state in (*OPEN, State.EXPIRED):
        for view, (text, tone) in zip(
            left, promises_now(quote, [view.line for view in left], user), strict=True
        ):
            view.atp_text, view.atp_tone = text, tone
    return views


def _explain(quote: Quote, views: Sequence[LineView]) -> None:
    written = decisions_of(quote).filter(verb__in=("orders.create_quote", "orders.revise_quote")).first()
    if written is not None:
        for view, steps in zip(views, written.outcome.get("price", []), strict=False):
            view.steps = price_steps(steps)


def look_again(quote: Quote, lines: Sequence[QuoteLine], user: Any) -> Seen:
    """What an order over these lines would come to now, at prices found anew."""
    request = OrderRequest(
        customer_id=quote.customer_id,
        lines=[LineRequest(line.item_id, line.quantity, line.unit_id, supply=line.supply) for line in lines],
        requested_on=max(quote.requested_on, timezone.localdate()),
        channel=SalesOrder.Channel.DESK.value,
        ship_to_id=quote.ship_to_id,
        site_id=quote.site_id,
        job=quote.job,
    )
    return look_at(request, user)


def promises_now(quote: Quote, lines: Sequence[QuoteLine], user: Any) -> list[tuple[str, str]]:
    """What a clerk may say about each line's date today, and its tone; nothing is set aside for it."""
    seen, told = look_again(quote, lines, user), []
    for place, fact in enumerate(seen.facts):
        promise = seen.promises.get(place)
        free = seen.standing.free.get(fact.item_id or 0, ZERO)
        told.append(availability(promise, free, fact) if promise and fact.factor else ("", ""))
    return told


VERBS = {
    "orders.create_quote": gettext_lazy("Written"),
    "orders.revise_quote": gettext_lazy("Revised"),
    "orders.approve_quote": gettext_lazy("Prices approved"),
    "orders.send_quote": gettext_lazy("Sent"),
    "orders.accept_quote": gettext_lazy("Ordered"),
    "orders.lose_quote": gettext_lazy("Lost"),
    "orders.expire_quotes": gettext_lazy("Expired"),
}


def decisions_of(quote: Quote) -> QuerySet[Decision]:
    """The quote's why-records, newest first."""
    found = Decision.objects.filter(subject=Quote._meta.label_lower, subject_id=quote.pk, verb__in=VERBS)
    return found.order_by("-recorded_at", "-pk")


def timeline_of(quote: Quote) -> list[dict[str, Any]]:
    """What was decided about the quote, newest first."""
    return [
        {
            "what": VERBS[decision.verb],
            "who": _("System") if decision.actor.startswith("system:") else decision.actor,
            "at": decision.recorded_at,
            "text": _said(decision),
        }
        for decision in decisions_of(quote)
    ]


def _said(decision: Decision) -> str:
    outcome = decision.outcome
    if decision.verb == "orders.send_quote":
        to = outcome["recipient"] or _("handed over")
        return _("Revision %(n)s: %(to)s") % {"n": outcome["revision"], "to": to}
    if decision.verb == "orders.lose_quote":
        parts = [str(Quote.Loss(outcome["loss"]).label), outcome["competitor"], outcome["sentence"]]
        return ", ".join(filter(None, parts))
    if decision.verb == "orders.revise_quote":
        return _("Revision %(n)s. %(why)s") % {"n": outcome["revision"], "why": outcome["reason"]}
    return outcome.get("sentence") or outcome.get("beyond", "")
