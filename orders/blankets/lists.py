"""The list of blanket orders."""

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.columns import Column
from erp.kernel.filters import DayRangeFilter, Filters, SearchFilter
from erp.kernel.lists import ListPage, Sum, Tab
from erp.kernel.models import User
from masterdata.places.filters import SiteFilter

from .models import BlanketOrder
from .permissions import VIEW_BLANKET
from .queries import RUNNING, TO_APPROVE, blanket_list, ending, nearly_used
from .states import STATES, standing


class BlanketFilters(Filters):
    """By blanket order, customer or PO, site and last day."""

    q = SearchFilter(
        exact=("number", "customer__party__code"),
        any_case=("customer_po",),
        contains=("customer__party__search",),
        label=_("Blanket order, PO, customer"),
    )
    site = SiteFilter()
    until = DayRangeFilter(field_name="valid_until", label=_("Runs until"))

    class Meta:
        model = BlanketOrder
        fields: list[str] = []


class BlanketList(ListPage):
    """Every blanket order, those first that may be called off."""

    title, noun = _("Blanket orders"), _("blanket orders")
    permission = VIEW_BLANKET
    filters = BlanketFilters
    place_filter = "site"
    columns = (
        Column("number", _("Blanket order"), "code", sort="pk"),
        Column("customer__party__name", _("Customer"), note=lambda blanket: blanket.customer.party.code),
        Column("customer_po", _("Customer PO"), "code", optional=True),
        Column("state", _("State"), "chip", states=STATES, value=standing),
        Column("site__name", _("Site"), optional=True),
        Column("net", _("Committed"), "money", note=lambda blanket: blanket.currency),
        Column("valid_from", _("From"), "day", optional=True),
        Column("valid_until", _("Until"), "day", sort="valid_until"),
        Column("created_by", _("By"), optional=True),
        Column("created_at", _("Agreed"), "instant", sort="created_at"),
    )
    tabs: ClassVar = (
        Tab("open", _("Running"), RUNNING),
        Tab("used", _("Nearly used up"), lambda _user: nearly_used()),
        Tab("ending", _("Ending this month"), lambda _user: ending()),
        Tab("approve", _("To approve"), TO_APPROVE),
        Tab("ended", _("Ended"), Q(state__in=("closed", "expired"))),
        Tab("all", _("All")),
    )
    sums = (Sum("net", _("Committed"), "net", places=2, currency="currency"),)
    default_sort = "-created_at"
    empty_title = _("No blanket order is running")
    empty_text = _("Write the lines at the order desk and save them as a blanket order.")

    def queryset(self, user: User) -> QuerySet[BlanketOrder]:
        return blanket_list(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("orders:blanket", args=[row.number])
