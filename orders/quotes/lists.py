"""The list of quotes."""

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.columns import Column
from erp.kernel.filters import DayRangeFilter, FacetFilter, Filters, SearchFilter
from erp.kernel.lists import ListPage, Sum, Tab
from erp.kernel.models import User
from masterdata.places.filters import SiteFilter

from .models import Quote
from .permissions import VIEW_QUOTE
from .queries import TO_APPROVE, ending_soon, quote_list, still_open
from .states import GONE, STATES, standing

LOST = ("lost", "all")  # the tabs where quotes may have been lost


class QuoteFilters(Filters):
    """By quote, customer or reference, site, reason of loss and days."""

    q = SearchFilter(
        exact=("number", "customer__party__code"),
        any_case=("customer_reference", "competitor"),
        contains=("customer__party__search",),
        label=_("Quote, customer, reference, competitor"),
    )
    site = SiteFilter()
    loss = FacetFilter(label=_("Lost because"), choices=Quote.Loss.choices)
    created = DayRangeFilter(field_name="created_at", label=_("Written"))
    closed = DayRangeFilter(field_name="closed_at", label=_("Closed"))
    valid = DayRangeFilter(field_name="valid_until", label=_("Valid until"))

    class Meta:
        model = Quote
        fields: list[str] = []


class QuoteList(ListPage):
    """Every quote, those first that a customer may still order."""

    title, noun = _("Quotes"), _("quotes")
    permission = VIEW_QUOTE
    filters = QuoteFilters
    place_filter = "site"
    columns = (
        Column("number", _("Quote"), "code", sort="pk"),
        Column("customer__party__name", _("Customer"), note=lambda quote: quote.customer.party.code),
        Column("customer_reference", _("Reference"), "code", optional=True),
        Column("state", _("State"), "chip", states=STATES, value=standing),
        Column("site__name", _("Site"), optional=True),
        Column("revision", _("Revision"), "number", optional=True),
        Column("net", _("Net"), "money", note=lambda quote: quote.currency),
        Column("ordered_net", _("Ordered"), "money", optional=True),
        Column("valid_until", _("Valid until"), "day", sort="valid_until"),
        Column(
            "loss", _("Lost because"), value=lambda quote: quote.get_loss_display(), optional=True, tabs=LOST
        ),
        Column("competitor", _("Competitor"), optional=True, tabs=LOST),
        Column("created_by", _("By"), optional=True),
        Column("created_at", _("Written"), "instant", sort="created_at"),
    )
    tabs: ClassVar = (
        Tab("open", _("Open"), still_open()),
        Tab("mine", _("Mine"), lambda user: still_open() & Q(revised_by=user.username)),
        Tab("soon", _("Ending this week"), lambda _user: ending_soon()),
        Tab("approve", _("To approve"), TO_APPROVE),
        Tab("won", _("Ordered"), Q(state="won")),
        Tab("lost", _("Lost"), Q(state__in=GONE)),
        Tab("all", _("All")),
    )
    sums = (
        Sum("net", _("Net"), "net", places=2, currency="currency"),
        Sum("ordered", _("Ordered"), "ordered_net", places=2, currency="currency"),
    )
    default_sort = "-created_at"
    empty_title = _("No quote is open")
    empty_text = _("Write the lines at the order desk and save them as a quote.")
    template = "orders/quotes/quote_list.html"

    def queryset(self, user: User) -> QuerySet[Quote]:
        return quote_list(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("orders:quote", args=[row.number])
