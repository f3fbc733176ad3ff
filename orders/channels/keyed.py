"""The desk's side of the intake queue: what clerks keyed, as they keyed it, with its source and its key (OC02).

A draft is to the desk what an intake document is to every other channel: the raw text, who delivered it, and the key
under which it becomes one order. So it is shown where the others are, and submit writes nothing more for that.
"""

import uuid
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from erp.kernel.columns import Column
from erp.kernel.filters import Filters, SearchFilter
from erp.kernel.lists import ListPage, Tab
from erp.kernel.models import User
from erp.kernel.web import needs
from orders.entry.models import OrderDraft, SalesOrder

from .actions.intake_order import INTAKE_ORDER
from .queries import keyed_orders

STATES = {"ordered": (_("Ordered"), "ok"), "written": (_("Being written"), "mute")}


def state_of(draft: OrderDraft) -> str:
    """A key of STATES."""
    return "ordered" if draft.order_id else "written"


class KeyedFilters(Filters):
    """By order and customer PO."""

    q = SearchFilter(exact=("order__number",), any_case=("customer_po",), label=_("Order or customer PO"))

    class Meta:
        model = OrderDraft
        fields: list[str] = []


class KeyedList(ListPage):
    """Orders keyed at the desk, newest first."""

    title, noun = _("Intake queue: desk"), _("orders")
    permission = INTAKE_ORDER
    columns = (
        Column("document", _("Document"), "code", value=lambda row: row.order.number if row.order else str(row)),
        Column("channel", _("Channel"), value=lambda row: SalesOrder.Channel.DESK.label),
        Column("customer__party__name", _("Customer"), note=lambda row: row.customer_po),
        Column("state", _("State"), "chip", value=state_of, states=STATES),
        Column("lines", _("Lines"), "number", value=lambda row: len(row.lines)),
        Column("created_by__name", _("Source")),
        Column("public_id", _("Key"), "code", optional=True, value=lambda row: str(row.public_id)),
        Column("created_at", _("Age"), "age", sort="id", ages=(1, 3)),
    )  # fmt: skip
    filters = KeyedFilters
    tabs = (
        Tab("all", _("Desk")),
        Tab("written", _("Being written"), Q(order=None)),
        Tab("ordered", _("Ordered"), Q(order__isnull=False)),
    )
    siblings = ((_("Every other channel"), "orders:intake_list"),)
    default_sort = "-created_at"
    empty_title = _("Nothing was keyed at the desk")
    empty_text = _("Orders that clerks write appear here from their first line on.")

    def queryset(self, user: User) -> QuerySet[OrderDraft]:
        return keyed_orders(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("orders:intake_keyed", args=[row.public_id])


@require_GET
@needs(INTAKE_ORDER)
def keyed(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One order as it was keyed, and what it became."""
    row = get_object_or_404(keyed_orders(user=request.user), public_id=public_id)
    context = {"row": row, "state": STATES[state_of(row)]}
    return render(request, "orders/channels/keyed.html", context)
