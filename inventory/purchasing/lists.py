"""The list of purchase orders."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.columns import Column
from erp.kernel.filters import DayRangeFilter, Filters, SearchFilter
from erp.kernel.lists import ListPage, Tab
from erp.kernel.models import User
from masterdata.places.filters import SiteFilter

from .models import PurchaseOrder
from .permissions import VIEW_PURCHASE_ORDER
from .queries import late, purchase_order_list


class PurchaseOrderFilters(Filters):
    q = SearchFilter(
        exact=("number", "supplier__party__code"),
        contains=("supplier__party__search",),
        label=_("Purchase order or supplier"),
    )
    site = SiteFilter()
    ordered_at = DayRangeFilter(label=_("Ordered"))

    class Meta:
        model = PurchaseOrder
        fields: list[str] = []


class PurchaseOrderList(ListPage):
    """Every purchase order in scope; what is open and what is late first."""

    title, noun = _("Purchase orders"), _("purchase orders")
    permission = VIEW_PURCHASE_ORDER
    template = "inventory/purchasing/list.html"
    filters = PurchaseOrderFilters
    place_filter = "site"
    columns = (
        Column("number", _("Order"), "code", sort="pk"),
        Column("supplier__party__name", _("Supplier")),
        Column("site__code", _("Site"), "code"),
        Column("group__document", _("Drop ship for"), "code", optional=True),
        Column("due_on", _("Due"), "day", sort="due_on"),
        Column("open_count", _("Lines open"), "number"),
        Column("line_count", _("Lines"), "number"),
        Column("ordered_at", _("Ordered"), "instant", optional=True),
    )
    tabs = (
        Tab("open", _("To receive"), Q(open_count__gt=0)),
        Tab("late", _("Late"), lambda user: late()),
        Tab("all", _("All")),
    )
    default_sort = "-number"
    empty_title = _("Nothing on order")
    empty_text = _("What is ordered from suppliers appears here until it has arrived.")

    def queryset(self, user: User) -> QuerySet[PurchaseOrder]:
        return purchase_order_list(user=user)

    def row_url(self, row: PurchaseOrder) -> str:
        return reverse("inventory:purchase_order", args=[row.pk])
