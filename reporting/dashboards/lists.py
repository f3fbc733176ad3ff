"""The documents behind each figure: orders, lines, shipments and invoices, with the figure's filter in the address."""

from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, NullIf, Round
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from billing.models import Billable, Invoice, InvoiceException
from erp.kernel import clock
from erp.kernel.columns import Column
from erp.kernel.filters import DayRangeFilter, FacetFilter, Filters, SearchFilter
from erp.kernel.lists import ListPage, Tab
from erp.kernel.lists import Sum as FooterSum
from erp.kernel.models import User
from inventory.models import Shipment
from masterdata.places.models import Site
from masterdata.places.queries import is_past
from orders.exceptions.lists import kinds as exception_kinds
from orders.exceptions.sources import KINDS as EXCEPTION_KINDS
from orders.models import CustomerReturn, OrderException
from reporting.facts.models import LineFact, OrderFact, StockDay
from reporting.kpis.permissions import VIEW_FIGURES
from reporting.kpis.scope import Place, place_in, places

from .addresses import document

MONEY = DecimalField(max_digits=18, decimal_places=2)


class PlaceFilter(FacetFilter):
    """A company's sites or one of them; the choices are the reader's own, set by the list."""

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        kind, _colon, number = (value or "").partition(":")
        return qs.filter(**{f"{kind}_id": int(number)}) if kind in ("company", "site") else qs


class ScopedList(ListPage):
    """A list of what counts for one place, within the reader's scope."""

    permission = VIEW_FIGURES
    crumbs: ClassVar = (
        (_("Overview"), reverse_lazy("reporting:board")),
        (_("Documents behind the figures"), ""),
    )
    template = "reporting/dashboards/documents.html"

    @cached_property
    def places(self) -> list[Place]:
        return places(self.user)

    @cached_property
    def place(self) -> Place | None:
        return place_in(self.places, self.params.get("at", ""))

    @cached_property
    def filterset(self) -> Filters | None:
        assert self.filters
        found = self.filters(self.params, queryset=self.queryset(self.user))
        found.filters["at"].extra["choices"] = [(place.key, place.label) for place in self.places]
        return found

    @property
    def currency(self) -> str:
        return self.place.currency if self.place else ""

    def more(self, request: HttpRequest) -> dict[str, Any]:
        return {"currency": self.currency}


class OrderFilters(Filters):
    q = SearchFilter(label=_("Order number"), exact=["order__number"])
    at = PlaceFilter(label=_("Site"))
    intake = DayRangeFilter(field_name="intake_on", label=_("Accepted"))
    due = DayRangeFilter(field_name="due_on", label=_("Due"))
    completed = DayRangeFilter(field_name="completed_on", label=_("Completed"))


class OrderDocuments(ScopedList):
    """Orders as the fill rate and the cycle time see them."""

    title, noun = _("Orders behind the figures"), _("orders")
    filters = OrderFilters
    columns = (
        Column("order__number", _("Order"), "code"),
        Column("customer__party__name", _("Customer")),
        Column("site__name", _("Site"), optional=True),
        Column("intake_on", _("Accepted"), "day", sort="intake_on"),
        Column("due_on", _("Due"), "day", sort="due_on"),
        Column("completed_on", _("Completed"), "day"),
        Column("filled", _("Filled first pass"), "flag"),
        Column("cycle_hours", _("Cycle, hours"), "number"),
        Column("net", _("Net"), "money"),
    )
    tabs = (
        Tab("all", _("All")),
        Tab("missed", _("Not filled first pass"), Q(filled=False, stocked_lines__gt=0)),
    )
    sums = (FooterSum("net", _("Net"), "net", currency="order__currency"),)
    default_sort = "-intake_on"

    def queryset(self, user: User) -> QuerySet[OrderFact]:
        return OrderFact.objects.visible_to(user).select_related("order", "customer__party", "site")

    def row_url(self, row: OrderFact) -> str:
        return document("orders:order", row.order.number)


class LineFilters(Filters):
    q = SearchFilter(label=_("Order or item number"), exact=["order__number", "item__code"])
    at = PlaceFilter(label=_("Site"))
    intake = DayRangeFilter(field_name="intake_on", label=_("Accepted"))
    due = DayRangeFilter(field_name="due_on", label=_("Due"))
    requested = DayRangeFilter(field_name="requested_on", label=_("Requested"))


def _late(user: User) -> Q:
    """By the company's day, as the figure counts them."""
    return Q(completed_on=None, ordered__gt=0) & is_past("due_on", "company__time_zone", clock.now())


class LineDocuments(ScopedList):
    """Order lines: what was asked for, what left at the first pass, what is still open."""

    title, noun = _("Order lines behind the figures"), _("lines")
    filters = LineFilters
    columns = (
        Column("order__number", _("Order"), "code"),
        Column("item__code", _("Item"), "code"),
        Column("item__name", _("Name"), optional=True),
        Column("customer__party__name", _("Customer")),
        Column("requested_on", _("Requested"), "day", sort="requested_on"),
        Column("due_on", _("Due"), "day", sort="due_on"),
        Column("asked_item__code", _("Asked for"), "code", optional=True),
        Column("asked_for", _("Asked"), "quantity", optional=True),
        Column("ordered", _("Ordered"), "quantity"),
        Column("first_pass", _("First pass"), "quantity"),
        Column("substituted", _("Substituted"), "quantity", optional=True),
        Column("shipped", _("Shipped"), "quantity"),
        Column("open_net", _("Open value"), "money"),
        Column("net", _("Net"), "money"),
    )
    tabs = (
        Tab("all", _("All")),
        Tab("missed", _("Not filled first pass"), Q(asked_for__gt=F("first_pass"))),
        Tab("backorders", _("Backorders"), _late),
    )
    sums = (
        FooterSum("net", _("Net"), "net", currency="order__currency"),
        FooterSum("open", _("Open value"), "open_net", currency="order__currency"),
    )
    default_sort = "due_on"

    def queryset(self, user: User) -> QuerySet[LineFact]:
        still_open = Round(
            F("net")
            * (F("ordered") - F("shipped"))
            / Value(1)
            / NullIf(F("ordered"), Value(0), output_field=MONEY),
            2,
            output_field=MONEY,
        )
        lines = LineFact.objects.visible_to(user).select_related(
            "order", "item", "asked_item", "customer__party"
        )
        asked = Coalesce("asked", "ordered")
        return lines.filter(Q(ordered__gt=0) | Q(asked__gt=0)).annotate(open_net=still_open, asked_for=asked)

    def row_url(self, row: LineFact) -> str:
        return document("orders:order", row.order.number)


class ShipmentFilters(Filters):
    q = SearchFilter(label=_("Shipment number"), exact=["number"])
    at = PlaceFilter(label=_("Site"))
    shipped = DayRangeFilter(field_name="shipped_at", label=_("Shipped"))


class ShipmentDocuments(ScopedList):
    """Shipments that left."""

    title, noun = _("Shipments behind the figures"), _("shipments")
    filters = ShipmentFilters
    columns = (
        Column("number", _("Shipment"), "code", sort="pk"),
        Column("group__document", _("Order"), "code"),
        Column("group__party__name", _("Customer")),
        Column("site__name", _("Site"), optional=True),
        Column("shipped_at", _("Shipped"), "instant", sort="shipped_at"),
        Column("cost", _("Cost of goods"), "money"),
    )
    sums = (FooterSum("cost", _("Cost of goods"), "cost", currency="site__company__currency"),)
    default_sort = "-number"

    def queryset(self, user: User) -> QuerySet[Shipment]:
        gone = Shipment.objects.visible_to(user).filter(state=Shipment.State.SHIPPED)
        of_shipment = Billable.objects.filter(shipment=OuterRef("pk")).values("shipment")
        cost = of_shipment.annotate(cost=Sum("cost")).values("cost")
        return gone.select_related("group__party", "site").annotate(cost=Subquery(cost))

    def row_url(self, row: Shipment) -> str:
        return document("inventory:shipment", row.pk)


class InvoiceFilters(Filters):
    q = SearchFilter(label=_("Invoice number"), exact=["number"])
    at = PlaceFilter(label=_("Site"))
    issued = DayRangeFilter(field_name="issued_on", label=_("Issued"))


class InvoiceDocuments(ScopedList):
    """Invoices and credit memos as issued."""

    title, noun = _("Invoices behind the figures"), _("invoices")
    filters = InvoiceFilters
    columns = (
        Column("number", _("Invoice"), "code"),
        Column("get_kind_display", _("Kind"), optional=True),
        Column("bill_to__party__name", _("Payer")),
        Column("issued_on", _("Issued"), "day", sort="issued_on"),
        Column(
            "hours", _("Hours to bill"), "number", value=lambda row: _hours(row.effective_at - row.earned_at)
        ),
        Column("net", _("Net"), "money"),
    )
    tabs = (
        Tab("all", _("All")),
        Tab("slow", _("Later than 24 hours"), Q(effective_at__gt=F("earned_at") + timedelta(hours=24))),
    )
    sums = (FooterSum("net", _("Net"), "net", currency="currency"),)
    default_sort = "-issued_on"

    def queryset(self, user: User) -> QuerySet[Invoice]:
        return Invoice.objects.visible_to(user).select_related("bill_to__party", "site")

    def row_url(self, row: Invoice) -> str:
        return document("billing:invoice", row.pk)


def _hours(span: timedelta) -> int:
    return round(span.total_seconds() / 3600)


class ReturnFilters(Filters):
    q = SearchFilter(label=_("Return or order number"), exact=["number", "order__number"])
    at = PlaceFilter(label=_("Site"))
    credited = DayRangeFilter(field_name="credited_at", label=_("Credited"))


class ReturnDocuments(ScopedList):
    """Returns that were closed with a credit, and how many days each stage took."""

    title, noun = _("Returns behind the figures"), _("returns")
    filters = ReturnFilters
    columns = (
        Column("number", _("Return"), "code"),
        Column("customer__party__name", _("Customer")),
        Column("site__name", _("Site"), optional=True),
        Column("requested_at", _("Requested"), "instant", optional=True),
        Column("credited_at", _("Credited"), "instant", sort="credited_at"),
        Column(
            "approval",
            _("To approval, days"),
            "number",
            value=lambda row: _days(row, "approved", "requested"),
        ),
        Column("receipt", _("To receipt"), "number", value=lambda row: _days(row, "received", "approved")),
        Column(
            "inspection", _("To inspection"), "number", value=lambda row: _days(row, "inspected", "received")
        ),
        Column("credit", _("To credit"), "number", value=lambda row: _days(row, "credited", "inspected")),
        Column("whole", _("In all"), "number", value=lambda row: _days(row, "credited", "requested")),
        Column("net", _("Price paid"), "money"),
    )
    sums = (FooterSum("net", _("Price paid"), "net", currency="currency"),)
    default_sort = "-credited_at"

    def queryset(self, user: User) -> QuerySet[CustomerReturn]:
        closed = CustomerReturn.objects.visible_to(user).filter(
            state=CustomerReturn.State.CLOSED, credited_at__isnull=False
        )
        return closed.select_related("customer__party", "site")

    def row_url(self, row: CustomerReturn) -> str:
        return document("orders:return", row.number)


def _days(row: CustomerReturn, stage: str, before: str) -> Decimal | None:
    """From one stage's instant to the next."""
    then, now = getattr(row, f"{before}_at"), getattr(row, f"{stage}_at")
    return None if None in (then, now) else Decimal(str(round((now - then).total_seconds() / 86400, 1)))


class ExceptionFilters(Filters):
    at = PlaceFilter(label=_("Site"))
    kind = FacetFilter(label=_("Type"), choices=InvoiceException.Kind.choices)


class ExceptionDocuments(ScopedList):
    """Invoice exceptions that are open now."""

    title, noun = _("Invoice exceptions behind the figures"), _("exceptions")
    filters = ExceptionFilters
    columns = (
        Column("shipment__number", _("Shipment"), "code"),
        Column("get_kind_display", _("Type")),
        Column("detail", _("Detail"), optional=True),
        Column("site__name", _("Site"), optional=True),
        Column("owner__name", _("Owner")),
        Column("opened_at", _("Age"), "age", sort="opened_at", ages=(1, 2)),
        Column("amount", _("Amount"), "money"),
    )
    sums = (FooterSum("amount", _("Amount"), "amount", currency="currency"),)
    default_sort = "opened_at"

    def queryset(self, user: User) -> QuerySet[InvoiceException]:
        waiting = InvoiceException.objects.visible_to(user).filter(resolved_at=None)
        return waiting.select_related("shipment", "site", "owner")


class AnyPlaceFilter(PlaceFilter):
    """With what belongs to no site yet: it counts for each of the company's."""

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        kind, _colon, number = (value or "").partition(":")
        if kind != "site":
            return super().filter(qs, value)
        company = Site.objects.filter(pk=int(number)).values("company")
        return qs.filter(Q(site=int(number)) | Q(site=None, company__in=company))


class OrderExceptionFilters(Filters):
    at = AnyPlaceFilter(label=_("Site"))
    kind = FacetFilter(label=_("Kind"), choices=exception_kinds)


class OrderExceptionDocuments(ScopedList):
    """Entries of the orders' exception inbox that are open now."""

    title, noun = _("Order exceptions behind the figures"), _("exceptions")
    filters = OrderExceptionFilters
    columns = (
        Column("document", _("Document"), "code"),
        Column("kind", _("Kind"), "chip", states=EXCEPTION_KINDS),
        Column("detail", _("Detail"), optional=True),
        Column("site__name", _("Site"), optional=True),
        Column("owner__name", _("Owner")),
        Column("opened_at", _("Age"), "age", sort="opened_at", ages=(1, 2)),
        Column("amount", _("Amount"), "money"),
    )
    sums = (FooterSum("amount", _("Amount"), "amount", currency="currency"),)
    default_sort = "opened_at"

    def queryset(self, user: User) -> QuerySet[OrderException]:
        waiting = OrderException.objects.visible_to(user).filter(closed_at=None).exclude(kind="invoice")
        return waiting.select_related("site", "owner")


class StockFilters(Filters):
    at = PlaceFilter(label=_("Site"))
    day = DayRangeFilter(field_name="day", label=_("Day"))


class StockValues(ScopedList):
    """Stock value by day, site and class."""

    title, noun = _("Stock value behind the figures"), _("values")
    filters = StockFilters
    columns = (
        Column("day", _("Day"), "day", sort="day"),
        Column("site__name", _("Site")),
        Column("item_class__name", _("Class")),
        Column("value", _("Value"), "money", sort="value"),
    )
    sums = (FooterSum("value", _("Value"), "value", currency="site__company__currency"),)
    default_sort = "-value"

    def queryset(self, user: User) -> QuerySet[StockDay]:
        return StockDay.objects.visible_to(user).select_related("site", "item_class")
