"""Backorders: demands that stock does not cover, oldest request first."""

from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from erp.kernel.clock import now
from erp.kernel.columns import Column
from erp.kernel.filters import DayRangeFilter, Filters, SearchFilter
from erp.kernel.lists import Bucket, ListPage, Tab
from erp.kernel.models import User
from masterdata.places.filters import SiteFilter
from masterdata.places.queries import is_past

from .models import SHORT, Demand
from .permissions import VIEW_BACKORDER


def backorder_list(*, user: Any) -> QuerySet[Demand]:
    """Demands of customers in scope with `missing`: ordered, not shipped, not cancelled and not reserved from stock."""
    return (
        Demand.objects.visible_to(user)
        .filter(SHORT, group__party__isnull=False)
        .select_related("group__party", "item", "site")
        .annotate(missing=F("ordered") - F("shipped") - F("cancelled") - F("reserved"))
    )


def overdue(user: User) -> Q:
    return is_past("requested_on", "site__time_zone", now())


class DemandFilters(Filters):
    q = SearchFilter(
        exact=("group__document", "item__code", "group__party__code"),
        contains=("item__search",),
        label=_("Order, item or customer"),
    )
    site = SiteFilter()
    requested_on = DayRangeFilter(label=_("Requested"))

    class Meta:
        model = Demand
        fields: list[str] = []


class BackorderList(ListPage):
    """What customers wait for; age counts from the date they first asked for."""

    title, noun = _("Backorders"), _("lines")
    permission = VIEW_BACKORDER
    filters = DemandFilters
    place_filter = "site"
    columns = (
        Column("group__document", _("Order"), "code"),
        Column("group__party__name", _("Customer")),
        Column("item__code", _("Item"), "code"),
        Column("item__name", _("Description"), optional=True),
        Column("site__code", _("Site"), "code"),
        Column("missing", _("Missing"), "quantity", sort="missing"),
        Column("item__stock_unit_id", _("Unit"), "code", optional=True),
        Column("requested_on", _("Requested"), "day", sort="requested_on"),
        Column("age", _("Age"), "age", value=lambda row: row.requested_on, ages=(3, 10)),
        Column("first_promised_on", _("First promise"), "day", optional=True),
        Column("promised_on", _("Promised"), "day", sort="promised_on"),
    )
    tabs = (
        Tab("all", _("All open")),
        Tab("overdue", _("Past the requested date"), overdue),
        Tab("unpromised", _("No supply"), Q(promised_on=None)),
    )
    buckets = (
        Bucket(_("Past the requested date"), overdue, "bad"),
        Bucket(_("No supply"), Q(promised_on=None), "warn"),
    )
    default_sort = "requested_on"
    empty_title = _("No backorders")
    empty_text = _("Everything that is ordered is in stock for its order.")

    def queryset(self, user: User) -> QuerySet[Demand]:
        return backorder_list(user=user)
