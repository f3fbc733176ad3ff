"""Stock by site and item."""

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.columns import Column
from erp.kernel.filters import Filters, SearchFilter
from erp.kernel.lists import ListPage, Tab
from erp.kernel.models import User
from masterdata.places.filters import SiteFilter

from .models import SiteStock
from .permissions import VIEW_STOCK, VIEW_VALUE
from .queries import stock_on_hand


class StockFilters(Filters):
    q = SearchFilter(exact=("item__code", "item__gtin"), contains=("item__search",), label=_("Item"))
    site = SiteFilter()

    class Meta:
        model = SiteStock
        fields: list[str] = []


class StockList(ListPage):
    """On hand, available, reserved and free, per item and site, in the stock unit."""

    title, noun = _("Stock"), _("items at sites")
    permission = VIEW_STOCK
    filters = StockFilters
    place_filter = "site"
    columns = (
        Column("item__code", _("Item"), "code"),
        Column("item__name", _("Description")),
        Column("site__code", _("Site"), "code"),
        Column("on_hand", _("On hand"), "quantity", sort="on_hand"),
        Column("available", _("Available"), "quantity"),
        Column("reserved", _("Reserved"), "quantity"),
        Column("free", _("Free"), "quantity", sort="free"),
        Column("item__stock_unit_id", _("Unit"), "code"),
        Column("value", _("Value"), "money", sort="value", permission=VIEW_VALUE),
        Column("site__company__currency", _("Currency"), "code", permission=VIEW_VALUE, optional=True),
    )
    tabs = (
        Tab("stocked", _("In stock"), Q(on_hand__gt=0)),
        Tab("sold_out", _("Nothing free"), Q(free__lte=0)),
        Tab("held", _("Not available"), Q(on_hand__gt=0) & ~Q(on_hand=F("available"))),
        Tab("all", _("All")),
    )
    empty_title = _("Nothing in stock")
    empty_text = _("Receipts and opening stock fill this list.")

    def queryset(self, user: User) -> QuerySet[SiteStock]:
        return stock_on_hand(user=user)

    def row_url(self, row: SiteStock) -> str:
        return reverse("inventory:stock", args=[row.pk])
