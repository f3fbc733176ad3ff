"""The queue of parked lines."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from erp.kernel.actor import Actor
from erp.kernel.audit import signed
from erp.kernel.batch import Batch
from erp.kernel.clock import now
from erp.kernel.columns import Column
from erp.kernel.filters import FacetFilter, Filters, SearchFilter
from erp.kernel.lists import BulkAction, ListPage
from erp.kernel.models import User
from orders.entry.models import SalesOrder

from .actions.intake_order import INTAKE_ORDER
from .actions.resolve_parked import drop_parked
from .models import ParkedLine
from .queries import parked_lines


class ParkedFilters(Filters):
    """By document, order and channel."""

    q = SearchFilter(exact=("document__order__number", "document__source"), label=_("Order or source"))
    channel = FacetFilter(
        field_name="document__channel", label=_("Channel"), choices=SalesOrder.Channel.choices
    )

    class Meta:
        model = ParkedLine
        fields: list[str] = []


def _drop(user: User, ids: list[int]) -> int:
    actor = Actor.of(user)
    with signed(actor):
        batch = Batch(actor, now())
        dropped = drop_parked.inside(batch, parked_ids=ids)
        batch.close()
    return len(dropped.parked_ids)


class ParkedList(ListPage):
    """Lines that could not be taken, until someone corrects or drops them."""

    title, noun = _("Parked lines"), _("lines")
    permission = INTAKE_ORDER
    columns = (
        Column("document__source", _("Source"), note=lambda row: row.document.channel),
        Column("customer", _("Customer"), "code", value=lambda row: row.document.payload["customer"]),
        Column(
            "customer_po", _("Customer PO"), "code", value=lambda row: row.document.payload["customer_po"]
        ),
        Column("line", _("Line"), "number"),
        Column("item", _("Item"), "code", value=lambda row: row.payload["item"]),
        Column("quantity", _("Quantity"), value=lambda row: row.payload["quantity"]),
        Column("reason", _("Why")),
        Column("document__order__number", _("Order"), "code"),
        Column("document__received_at", _("Age"), "age", ages=(1, 3)),
    )
    filters = ParkedFilters
    actions = (
        BulkAction(
            "drop", _("Drop"), INTAKE_ORDER, _drop, ngettext_lazy("%(n)d line dropped", "%(n)d lines dropped", "n"),
            icon="trash-2", confirm=_("{n} lines are not ordered. The customer has to be told."),
        ),
    )  # fmt: skip
    empty_title = _("No line is parked")
    empty_text = _("Every line that came in was taken.")

    def queryset(self, user: User) -> QuerySet[ParkedLine]:
        return parked_lines(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("orders:parked_line", args=[row.pk])
