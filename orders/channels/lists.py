"""Documents that came in, and the queue of their parked lines."""

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

from .actions.drop_lines import drop_lines
from .actions.intake_order import INTAKE_ORDER
from .forms import DropForm
from .models import ParkedLine
from .queries import parked_lines


class ParkedFilters(Filters):
    """By document, order and channel."""

    q = SearchFilter(
        exact=("document__order__number",), any_case=("document__source",), label=_("Order or source")
    )
    channel = FacetFilter(
        field_name="document__channel", label=_("Channel"), choices=SalesOrder.Channel.choices
    )

    class Meta:
        model = ParkedLine
        fields: list[str] = []


def _drop(user: User, ids: list[int], reason: str) -> int:
    """Document by document in one transaction, the documents in the order of their locks."""
    actor = Actor.of(user)
    chosen = parked_lines(user=user).filter(pk__in=ids).values_list("document", "line")
    lines: dict[int, list[int]] = {}
    for document_id, line in chosen.order_by("document", "pk"):
        lines.setdefault(document_id, []).append(line)
    with signed(actor, reason):
        batch = Batch(actor, now())
        dropped = [
            drop_lines.inside(batch, document_id=document_id, lines=numbers, reason=reason)
            for document_id, numbers in lines.items()
        ]
        batch.close()
    return sum(entry.count for entry in dropped)


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
        Column("line", _("Row"), "number"),
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
            icon="trash-2", form=DropForm,
        ),
    )  # fmt: skip
    empty_title = _("No line is parked")
    empty_text = _("Every line that came in was taken.")

    def queryset(self, user: User) -> QuerySet[ParkedLine]:
        return parked_lines(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("orders:parked_line", args=[row.pk])

    def peek_url(self, row: Any) -> str:
        return self.row_url(row)
