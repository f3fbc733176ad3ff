"""The list of receipts."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.columns import Column
from erp.kernel.filters import DayRangeFilter, Filters, SearchFilter
from erp.kernel.lists import ListPage
from erp.kernel.models import User
from masterdata.places.filters import SiteFilter

from .models import Receipt
from .permissions import VIEW_RECEIPT
from .queries import receipt_list


class ReceiptFilters(Filters):
    q = SearchFilter(
        exact=("number", "purchase_order__number"),
        any_case=("delivery_note",),
        label=_("Receipt, order or delivery note"),
    )
    site = SiteFilter()
    received_at = DayRangeFilter(label=_("Received"))

    class Meta:
        model = Receipt
        fields: list[str] = []


class ReceiptList(ListPage):
    """Everything that came in."""

    title, noun = _("Receipts"), _("receipts")
    permission = VIEW_RECEIPT
    filters = ReceiptFilters
    place_filter = "site"
    columns = (
        Column("number", _("Receipt"), "code", sort="pk"),
        Column("purchase_order__number", _("Purchase order"), "code"),
        Column("purchase_order__supplier__party__name", _("Supplier")),
        Column("site__code", _("Site"), "code"),
        Column("delivery_note", _("Delivery note"), "code", optional=True),
        Column("received_by", _("By"), optional=True),
        Column("received_at", _("Received"), "instant", sort="received_at"),
    )
    default_sort = "-number"
    empty_title = _("Nothing has come in")
    empty_text = _("Receipts against purchase orders appear here.")

    def queryset(self, user: User) -> QuerySet[Receipt]:
        return receipt_list(user=user)

    def row_url(self, row: Receipt) -> str:
        return reverse("inventory:receipt", args=[row.pk])
