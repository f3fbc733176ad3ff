"""Lists of orders."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.columns import Column
from erp.kernel.filters import DayRangeFilter, FacetFilter, Filters, SearchFilter
from erp.kernel.lists import ListPage, Sum, Tab
from erp.kernel.models import User
from masterdata.places.filters import SiteFilter

from .models import SalesOrder
from .permissions import VIEW_ORDER
from .queries import IS_OPEN, STANDINGS, backordered, late, order_list


class OrderFilters(Filters):
    """By any number, site, channel and day."""

    q = SearchFilter(
        exact=("number", "customer__party__code"),
        any_case=("customer_po",),
        contains=("customer__party__search",),
        label=_("Order, PO, customer"),
    )
    site = SiteFilter()
    channel = FacetFilter(label=_("Channel"), choices=SalesOrder.Channel.choices)
    submitted = DayRangeFilter(field_name="submitted_at", label=_("Submitted"))

    class Meta:
        model = SalesOrder
        fields: list[str] = []


COLUMNS = (
    Column("number", _("Order"), "code", sort="pk"),
    Column("customer__party__name", _("Customer"), note=lambda order: order.customer.party.code),
    Column("customer_po", _("Customer PO"), "code", optional=True),
    Column("standing", _("State"), "chip", states=STANDINGS),
    Column("site__name", _("Site"), optional=True),
    Column("requested_on", _("Requested"), "day"),
    Column("line_count", _("Lines"), "number", optional=True),
    Column("gross", _("Total"), "money", note=lambda order: order.currency),
    Column("submitted_at", _("Submitted"), "instant", sort="submitted_at"),
)


class OrderList(ListPage):
    """Every order, the open ones first."""

    title, noun = _("Orders"), _("orders")
    permission = VIEW_ORDER
    columns = COLUMNS
    filters = OrderFilters
    place_filter = "site"
    tabs: ClassVar[Sequence[Tab]] = (
        Tab("open", _("Open"), IS_OPEN),
        Tab("mine", _("Mine"), lambda user: IS_OPEN & Q(submitted_by=user.username)),
        Tab("all", _("All")),
        Tab("cancelled", _("Cancelled"), Q(state="cancelled")),
    )
    sums = (
        Sum("gross", _("Total"), "gross", places=2, currency="currency"),
        Sum("open", _("Not yet invoiced"), "open_gross", places=2, currency="currency"),
    )
    default_sort = "-submitted_at"
    empty_title = _("No order is open")
    template = "orders/order_list.html"

    def queryset(self, user: User) -> QuerySet[SalesOrder]:
        return order_list(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("orders:order", args=[row.number])


class BackorderList(OrderList):
    """Orders with a line that no stock is reserved for."""

    title = _("Backorders")
    tabs = ()
    empty_title = _("Nothing is on backorder")

    def queryset(self, user: User) -> QuerySet[SalesOrder]:
        return backordered(order_list(user=user))


class AtRiskList(OrderList):
    """Orders with a line promised later than it was asked for."""

    title = _("Promise at risk")
    tabs = ()
    empty_title = _("Every promise holds")

    def queryset(self, user: User) -> QuerySet[SalesOrder]:
        return late(order_list(user=user))
