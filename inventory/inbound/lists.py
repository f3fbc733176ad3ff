"""Lists of receipts, and of what did not come as it should."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from erp.kernel.actor import Actor
from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.filters import DayRangeFilter, FacetFilter, Filters, SearchFilter
from erp.kernel.lists import BulkAction, ListPage, Outcome, Tab
from erp.kernel.models import User
from masterdata.places.filters import SiteFilter

from .actions.resolve_difference import give_differences
from .difference_forms import BuyerForm
from .models import Receipt, ReceiptDifference
from .permissions import RESOLVE_DIFFERENCE, VIEW_RECEIPT
from .queries import OPEN_DIFFERENCE, difference_list, overdue, receipt_list
from .states import DIFFERENCES


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
    siblings = ((_("Receipt differences"), "inventory:receipt_difference_list"),)
    default_sort = "-number"
    empty_title = _("Nothing has come in")
    empty_text = _("Receipts against purchase orders appear here.")

    def queryset(self, user: User) -> QuerySet[Receipt]:
        return receipt_list(user=user)

    def row_url(self, row: Receipt) -> str:
        return reverse("inventory:receipt", args=[row.pk])


# What did not come as it should ----------------------------------------------------------------------------------


def give(user: User, ids: list[int], owner: str) -> Outcome:
    found = list(difference_list(user=user).filter(pk__in=ids).values_list("pk", flat=True))
    try:
        given = give_differences(By(Actor.of(user)), difference_ids=found, owner=owner)
    except DomainError as error:
        return Outcome(0, [str(error)])
    return Outcome(len(given.difference_ids))


def mine(user: User) -> Q:
    return OPEN_DIFFERENCE & Q(owner__in=("", user.username))


class DifferenceFilters(Filters):
    q = SearchFilter(
        exact=("number", "line__order__number", "line__item__code", "claim_reference"),
        label=_("Number, order, item or claim"),
    )
    site = SiteFilter()
    kind = FacetFilter(label=_("Kind"), choices=ReceiptDifference.Kind.choices)
    owner = SearchFilter(exact=("owner",), label=_("Owner"))
    reported_at = DayRangeFilter(label=_("Reported"))

    class Meta:
        model = ReceiptDifference
        fields: list[str] = []


class ReceiptDifferenceList(ListPage):
    """Goods that came short, over, damaged or wrong: each with a buyer and a day, oldest first."""

    title, noun = _("Receipt differences"), _("differences")
    permission = VIEW_RECEIPT
    filters = DifferenceFilters
    place_filter = "site"
    columns = (
        Column("number", _("Number"), "code"),
        Column("state", _("State"), "chip", states=DIFFERENCES),
        Column("kind", _("Kind"), value=lambda row: row.get_kind_display(), note=lambda row: row.note),
        Column("line__item__code", _("Ordered item"), "code"),
        Column("quantity", _("Quantity"), "quantity", note=lambda row: row.line.item.stock_unit_id),
        Column("line__order__number", _("Purchase order"), "code"),
        Column("line__order__supplier__party__name", _("Supplier")),
        Column("site__code", _("Site"), "code"),
        Column("owner", _("Buyer")),
        Column("reported_at", _("Age"), "age", sort="reported_at", ages=(2, 4)),
        Column("due_on", _("Clear by"), "day", sort="due_on"),
        Column("claim_reference", _("Claim"), "code", optional=True),
    )
    tabs = (
        Tab("open", _("Open"), OPEN_DIFFERENCE),
        Tab("mine", _("Mine and nobody's"), mine),
        Tab("overdue", _("Overdue"), overdue),
        Tab("all", _("All")),
    )
    actions = (
        BulkAction(
            "give", _("Give to"), RESOLVE_DIFFERENCE, give, icon="user", form=BuyerForm,
            past=ngettext_lazy("%(n)d difference has a new owner", "%(n)d differences have a new owner", "n"),
        ),
    )  # fmt: skip
    siblings = ((_("Receipts"), "inventory:receipt_list"),)
    default_sort = "reported_at"
    empty_title = _("Everything came as it was ordered")
    empty_text = _("What comes short, over, damaged or wrong stays here until its buyer has cleared it.")

    def queryset(self, user: User) -> QuerySet[ReceiptDifference]:
        return difference_list(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("inventory:receipt_difference", args=[row.pk])
