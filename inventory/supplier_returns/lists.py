"""The list of what went back to suppliers."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.columns import Column
from erp.kernel.filters import DayRangeFilter, Filters, SearchFilter
from erp.kernel.lists import ListPage, Sum, Tab
from erp.kernel.models import User
from masterdata.places.filters import SiteFilter

from .models import SupplierReturn
from .permissions import VIEW_SUPPLIER_RETURN
from .queries import supplier_return_list
from .states import STATES


class SupplierReturnFilters(Filters):
    q = SearchFilter(
        exact=("number", "supplier__party__code"),
        any_case=("authorisation", "reference"),
        contains=("supplier__party__search",),
        label=_("Return, supplier, reference"),
    )
    site = SiteFilter()
    sent_at = DayRangeFilter(label=_("Sent"))

    class Meta:
        model = SupplierReturn
        fields: list[str] = []


class SupplierReturnList(ListPage):
    """Debit requests by whether the supplier has answered; the oldest ask for a call."""

    title, noun = _("Supplier returns"), _("supplier returns")
    permission = VIEW_SUPPLIER_RETURN
    template = "inventory/supplier_returns/list.html"
    filters = SupplierReturnFilters
    place_filter = "site"
    columns = (
        Column("number", _("Number"), "code", sort="pk"),
        Column("supplier__party__name", _("Supplier"), note=lambda row: row.supplier.party.code),
        Column("site__code", _("Site"), "code"),
        Column("state", _("State"), "chip", states=STATES),
        Column("claimed", _("Claimed"), "money", note=lambda row: row.currency),
        Column("credited", _("Credited"), "money", note=lambda row: row.currency),
        Column("authorisation", _("Supplier's authorisation"), "code", optional=True),
        Column("reference", _("Supplier's answer"), "code", optional=True),
        Column("sent_by", _("Sent by"), optional=True),
        Column("sent_at", _("Age"), "age", sort="sent_at", ages=(14, 30)),
    )
    tabs = (
        Tab("open", _("Credit awaited"), Q(state="sent")),
        Tab("settled", _("Answered"), ~Q(state="sent")),
        Tab("all", _("All")),
    )
    sums = (Sum("claimed", _("Claimed"), "claimed", places=2, currency="currency"),)
    default_sort = "-number"
    empty_title = _("Nothing has gone back")
    empty_text = _("Goods that are for the vendor are sent back in batches, each with its debit request.")

    def queryset(self, user: User) -> QuerySet[SupplierReturn]:
        return supplier_return_list(user=user)

    def row_url(self, row: SupplierReturn) -> str:
        return reverse("inventory:supplier_return", args=[row.pk])
