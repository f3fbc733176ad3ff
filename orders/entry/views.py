"""The page of one order."""

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from erp.kernel import chains
from erp.kernel.web import needs
from orders.holds.rules import HOLDS, RELEASE_RIGHT

from .models import SalesOrder
from .permissions import VIEW_ORDER
from .queries import (
    STANDINGS,
    decisions_of,
    lines_of_order,
    order_by_number,
    steps_of_order,
    timeline_of_order,
)
from .why import explain_lines


@require_GET
@needs(VIEW_ORDER)
def order_page(request: HttpRequest, number: str) -> HttpResponse:
    """Where the order stands, line by line, what holds it, what was made of it, and what happened."""
    return render(request, "orders/order.html", order_context(request, find_order(request, number)))


def find_order(request: HttpRequest, number: str) -> SalesOrder:
    """The order when the reader may see it."""
    try:
        return order_by_number(number, user=request.user)
    except SalesOrder.DoesNotExist:
        raise Http404 from None


def order_context(request: HttpRequest, order: SalesOrder) -> dict[str, Any]:
    """Everything the order's page shows."""
    lines = lines_of_order(order)
    holds = list(order.holds.order_by("-released_at", "pk"))
    explain_lines(lines, decisions_of(order))
    return {
        "order": order,
        "standing": STANDINGS[order.standing],
        "lines": lines,
        "steps": steps_of_order(order, lines),
        "holds": [(hold, HOLDS[hold.kind], _may_release(request, hold)) for hold in holds],
        "held": any(hold.released_at is None for hold in holds),
        "chain": chains.links_of(request.user, "orders.salesorder", order.pk),
        "timeline": timeline_of_order(order, holds),
        "just_submitted": "submitted" in request.GET,
        "late": sum(view.state[1] in ("warn", "bad") for view in lines),
        "zero": Decimal(0),
    }


def _may_release(request: HttpRequest, hold: Any) -> bool:
    """Whether the button is worth showing: the verb decides again."""
    own = hold.caused_by == request.user.username
    return hold.released_at is None and not own and request.user.has_perm(RELEASE_RIGHT[hold.kind])
