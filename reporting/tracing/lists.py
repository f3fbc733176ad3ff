"""Lots in stock and of before."""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from erp.kernel.columns import Column
from erp.kernel.filters import DayRangeFilter, Filters, SearchFilter
from erp.kernel.lists import ListPage, Tab
from erp.kernel.models import User
from inventory.models import Lot
from reporting.tracing.permissions import TRACE_LOTS
from reporting.tracing.queries import lot_list

SOON = timedelta(days=30)


class LotFilters(Filters):
    """By the lot's own number, its item and the day on which it expires."""

    q = SearchFilter(
        any_case=("code",),
        exact=("item__code", "item__gtin"),
        contains=("item__search",),
        label=_("Lot or item"),
    )
    expires_on = DayRangeFilter(label=_("Expires"))

    class Meta:
        model = Lot
        fields: list[str] = []


def expiring(_user: User) -> Q:
    today = timezone.localdate()
    return Q(on_hand__gt=0, expires_on__gt=today, expires_on__lte=today + SOON)


def expired(_user: User) -> Q:
    return Q(on_hand__gt=0, expires_on__lte=timezone.localdate())


class LotList(ListPage):
    """Every lot that the reader's sites hold or have held."""

    title, noun = _("Lots"), _("lots")
    permission = TRACE_LOTS
    filters = LotFilters
    columns = (
        Column("code", _("Lot"), "code", sort="pk"),
        Column("item__code", _("Item"), "code"),
        Column("item__name", _("Description")),
        Column("on_hand", _("On hand"), "quantity"),
        Column("item__stock_unit_id", _("Unit"), "code"),
        Column("expires_on", _("Expires"), "day"),
        Column("received_at", _("Known since"), "instant"),
    )
    tabs = (
        Tab("held", _("In stock"), Q(on_hand__gt=0)),
        Tab("soon", _("Expires within 30 days"), expiring),
        Tab("expired", _("Expired"), expired),
        Tab("all", _("All")),
    )
    default_sort = "-code"
    empty_title = _("No lot here")
    empty_text = _("Lots are named when goods are received.")

    def queryset(self, user: User) -> QuerySet[Lot]:
        return lot_list(user=user)

    def row_url(self, row: Lot) -> str:
        return reverse("reporting:lot", args=[row.pk])
