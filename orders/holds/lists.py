"""The queue of held orders."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from erp.kernel.actor import Actor
from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import FacetFilter, Filters, SearchFilter
from erp.kernel.forms import Form
from erp.kernel.lists import BulkAction, ListPage, Outcome, Sum, Tab
from erp.kernel.models import User

from .actions.release_hold import release_holds
from .models import Hold
from .permissions import RELEASE_HOLDS, VIEW_HOLDS
from .queries import open_holds, releasable_kinds
from .rules import HOLDS

CREDIT = ("credit", "overdue")
PRICE = ("price", "margin", "override", "minimum")


class ReasonForm(Form):
    """Why the orders may go on."""

    reason = forms.CharField(label=_("Why may they go on?"), max_length=200)


class HoldFilters(Filters):
    """By order, customer and kind."""

    q = SearchFilter(
        exact=("order__number", "order__customer__party__code"),
        any_case=("order__customer_po",),
        contains=("order__customer__party__search",),
        label=_("Order, PO, customer"),
    )
    kind = FacetFilter(label=_("Kind"), choices=Hold.Kind.choices)

    class Meta:
        model = Hold
        fields: list[str] = []


def _release(user: User, ids: list[int], reason: str) -> Outcome:
    released = release_holds(By(Actor.of(user), reason=reason), hold_ids=ids, reason=reason)
    return Outcome(len(released.hold_ids), [f"{order}: {why}" for order, why in released.refused])


def _of_line(hold: Hold) -> Any:
    return _("line %(n)s") % {"n": hold.line.line} if hold.line else ""


class HoldList(ListPage):
    """Orders that wait for someone's decision."""

    title, noun = _("On hold"), _("holds")
    permission = VIEW_HOLDS
    columns = (
        Column("order__number", _("Order"), "code", sort="order_id", note=_of_line),
        Column("order__customer__party__name", _("Customer")),
        Column("kind", _("Hold"), "chip", states=HOLDS),
        Column("detail", _("Why")),
        Column("amount", _("At risk"), "money", sort="amount", note=lambda hold: hold.order.currency),
        Column("caused_by", _("Caused by"), optional=True),
        Column("opened_at", _("Age"), "age", sort="opened_at", ages=(1, 3)),
    )
    filters = HoldFilters
    tabs = (
        Tab(
            "mine", _("For me"), lambda user: Q(kind__in=releasable_kinds(user)) & ~Q(caused_by=user.username)
        ),
        Tab("credit", _("Credit"), Q(kind__in=CREDIT)),
        Tab("price", _("Price and margin"), Q(kind__in=PRICE)),
        Tab("other", _("Other"), ~Q(kind__in=CREDIT + PRICE)),
        Tab("all", _("All")),
    )
    sums = (Sum("amount", _("At risk"), "amount", places=2, currency="order__currency"),)
    actions = (
        BulkAction(
            "release",
            _("Release"),
            RELEASE_HOLDS,
            _release,
            ngettext_lazy("%(n)d hold released", "%(n)d holds released", "n"),
            form=ReasonForm,
        ),
    )
    default_sort = "opened_at"
    empty_title = _("Nothing here waits for you")
    empty_text = _("What others decide is under All.")

    def queryset(self, user: User) -> QuerySet[Hold]:
        return open_holds(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("orders:order", args=[row.order.number])
