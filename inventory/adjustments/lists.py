"""Lists of what lies in the bins, of status changes and of adjustments."""

from collections import defaultdict
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from erp.kernel.actor import Actor
from erp.kernel.clock import now
from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.filters import DayRangeFilter, FacetFilter, Filters, SearchFilter
from erp.kernel.lists import BulkAction, ListPage, Outcome, Sum, Tab
from erp.kernel.models import User
from inventory.stock.models import Status, StockBalance
from inventory.stock.permissions import VIEW_STOCK, VIEW_VALUE
from inventory.stock.statuses import PROMISABLE
from masterdata.places.filters import SiteFilter
from masterdata.places.queries import day_at

from .actions.change_status import StatusRow, change_status, undo_status_change
from .actions.decide_adjustments import Decided, approve_adjustments, refuse_adjustments
from .forms import RefuseForm, TargetForm
from .models import Adjustment, Reason, StatusChange
from .permissions import APPROVE_ADJUSTMENTS, BLOCK_STOCK
from .queries import adjustment_list, balance_list, cause_list, change_list
from .states import STATES, STATUSES

# What lies where ---------------------------------------------------------------------------------------------


def change(user: User, ids: list[int], target: str, reason: str) -> Outcome:
    """All that no pick is bound to gets the status, one change for each site; Undo takes the changes back."""
    outcome = Outcome(0)
    by_site: defaultdict[int, list[StatusRow]] = defaultdict(list)
    for balance in balance_list(user=user).filter(pk__in=ids):
        place = f"{balance.bin.code} {balance.item.code}"
        if balance.status == target:
            outcome.refused.append(_t("%(place)s has this status already.") % {"place": place})
        elif not balance.loose:
            outcome.refused.append(_t("%(place)s is bound to picks.") % {"place": place})
        else:
            row = StatusRow(
                balance.item_id, balance.bin_id, balance.lot_id, balance.status, target, balance.loose
            )
            by_site[balance.site_id].append(row)
    for site_id, rows in sorted(by_site.items()):
        try:
            done = change_status(By(Actor.of(user), reason=reason), site_id=site_id, rows=rows, reason=reason)
        except DomainError as error:
            outcome.refused += [str(error)] * len(rows)
        else:
            outcome.done += len(rows)
            outcome.undo.append(done.change_id)
    return outcome


def undo(user: User, ids: list[int]) -> None:
    for change_id in ids:
        undo_status_change(By(Actor.of(user)), change_id=change_id)


class BalanceFilters(Filters):
    q = SearchFilter(
        exact=("item__code", "item__gtin", "bin__code", "lot__code"),
        contains=("item__search",),
        label=_("Item, bin or lot"),
    )
    site = SiteFilter()
    status = FacetFilter(label=_("Status"), choices=Status.choices)

    class Meta:
        model = StockBalance
        fields: list[str] = []


def expired(user: User) -> Q:
    return Q(lot__expires_on__lte=day_at("site__time_zone", now()))


class BalanceList(ListPage):
    """Our own goods bin by bin, with their status."""

    title, noun = _("Stock by bin"), _("places")
    permission = VIEW_STOCK
    filters = BalanceFilters
    place_filter = "site"
    columns = (
        Column("item__code", _("Item"), "code"),
        Column("item__name", _("Description"), optional=True),
        Column("site__code", _("Site"), "code"),
        Column("bin__code", _("Bin"), "code"),
        Column("lot__code", _("Lot"), "code"),
        Column("lot__expires_on", _("Expires"), "day"),
        Column("status", _("Status"), "chip", states=STATUSES),
        Column("quantity", _("Quantity"), "quantity"),
        Column("allocated", _("Bound to picks"), "quantity"),
        Column("item__stock_unit_id", _("Unit"), "code"),
    )
    tabs = (
        Tab("all", _("All")),
        Tab("blocked", _("Not available"), ~Q(status__in=PROMISABLE)),
        Tab("quality", _("To inspect"), Q(status=Status.QUALITY)),
        Tab("hold", _("On hold"), Q(status=Status.HOLD)),
        Tab("expired", _("Lot expired"), expired),
    )
    actions = (
        BulkAction(
            "change_status", _("Change status"), BLOCK_STOCK, change, icon="replace", undo=undo, form=TargetForm,
            past=ngettext_lazy("%(n)d place changed", "%(n)d places changed", "n"),
        ),
    )  # fmt: skip
    siblings = (
        (_("Status changes"), "inventory:status_change_list"),
        (_("What each status means"), "inventory:status_matrix"),
    )
    empty_title = _("Nothing lies here")
    empty_text = _("Receipts and opening stock fill the bins.")

    def queryset(self, user: User) -> QuerySet[StockBalance]:
        return balance_list(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("inventory:balance", args=[row.pk])


# Status changes ----------------------------------------------------------------------------------------------


class ChangeFilters(Filters):
    q = SearchFilter(exact=("number",), contains=("reason",), label=_("Number or reason"))
    site = SiteFilter()
    target = FacetFilter(label=_("New status"), choices=Status.choices)
    changed_at = DayRangeFilter(label=_("Changed"))

    class Meta:
        model = StatusChange
        fields: list[str] = []


class ChangeList(ListPage):
    """Who gave which goods another status, and why."""

    title, noun = _("Status changes"), _("changes")
    permission = VIEW_STOCK
    filters = ChangeFilters
    place_filter = "site"
    columns = (
        Column("number", _("Number"), "code"),
        Column("site__code", _("Site"), "code"),
        Column("target", _("New status"), "chip", states=STATUSES),
        Column("row_count", _("Places"), "number"),
        Column("reason", _("Why"), wide=True),
        Column("changed_by", _("By")),
        Column("changed_at", _("Changed"), "instant", sort="changed_at"),
        Column("undone_by__number", _("Taken back by"), "code", optional=True),
    )
    tabs = (
        Tab("all", _("All")),
        Tab("standing", _("Not taken back"), Q(undone_by=None, undoes=None)),
    )
    siblings = (
        (_("Stock by bin"), "inventory:balance_list"),
        (_("What each status means"), "inventory:status_matrix"),
    )
    default_sort = "-changed_at"
    empty_title = _("No status was changed")
    empty_text = _("Choose goods under Stock by bin to block or release them.")

    def queryset(self, user: User) -> QuerySet[StatusChange]:
        return change_list(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("inventory:status_change", args=[row.pk])


# Adjustments -------------------------------------------------------------------------------------------------


def _outcome(decided: Decided) -> Outcome:
    return Outcome(len(decided.adjustment_ids), [f"{number}: {why}" for number, why in decided.refused])


def approve(user: User, ids: list[int]) -> Outcome:
    """Site by site; what may not be approved by this person, or does not fit any more, stays and is told."""
    by_site: defaultdict[int, list[int]] = defaultdict(list)
    for pk, site_id in adjustment_list(user=user).filter(pk__in=ids).values_list("pk", "site_id"):
        by_site[site_id].append(pk)
    outcome = Outcome(0)
    for _site, chosen in sorted(by_site.items()):
        try:
            one = _outcome(approve_adjustments(By(Actor.of(user)), adjustment_ids=chosen))
        except DomainError as error:
            one = Outcome(0, [str(error)] * len(chosen))
        outcome.done += one.done
        outcome.refused += one.refused
    return outcome


def refuse(user: User, ids: list[int], reason: str) -> Outcome:
    found = list(adjustment_list(user=user).filter(pk__in=ids).values_list("pk", flat=True))
    return _outcome(
        refuse_adjustments(By(Actor.of(user), reason=reason), adjustment_ids=found, reason=reason)
    )


def for_me(user: User) -> Q:
    return Q(state=Adjustment.State.WAITING) & ~Q(proposed_by=user.username)


class AdjustmentFilters(Filters):
    q = SearchFilter(
        exact=("number", "item__code", "bin__code"),
        contains=("item__search",),
        label=_("Number, item or bin"),
    )
    site = SiteFilter()
    reason = FacetFilter(label=_("Reason"), choices=Reason.choices)
    proposed_by = SearchFilter(exact=("proposed_by",), label=_("By"))
    proposed_at = DayRangeFilter(label=_("Proposed"))

    class Meta:
        model = Adjustment
        fields: list[str] = []


class AdjustmentList(ListPage):
    """What people found or lost, what waits for another's word, and what was refused."""

    title, noun = _("Adjustments"), _("adjustments")
    permission = VIEW_STOCK
    template = "inventory/adjustments/adjustment_list.html"
    filters = AdjustmentFilters
    place_filter = "site"
    columns = (
        Column("number", _("Number"), "code"),
        Column("state", _("State"), "chip", states=STATES),
        Column("item__code", _("Item"), "code"),
        Column("site__code", _("Site"), "code"),
        Column("bin__code", _("Bin"), "code"),
        Column("lot__code", _("Lot"), "code", optional=True),
        Column("quantity", _("Difference"), "quantity", note=lambda row: row.item.stock_unit_id),
        Column("held", _("Held before"), "quantity", optional=True),
        Column("value", _("Value"), "signed", sort="value", permission=VIEW_VALUE),
        Column("reason", _("Reason"), value=lambda row: row.get_reason_display(), note=lambda row: row.note),
        Column("beyond", _("Limit"), wide=True),
        Column("proposed_by", _("By")),
        Column("proposed_at", _("Age"), "age", sort="proposed_at", ages=(1, 3)),
        Column("decided_by", _("Decided by"), optional=True, note=lambda row: row.decision_note),
    )
    tabs = (
        Tab("mine", _("For me"), for_me),
        Tab("waiting", _("To approve"), Q(state="waiting")),
        Tab("posted", _("Posted"), Q(state="posted")),
        Tab("refused", _("Refused"), Q(state="refused")),
        Tab("all", _("All")),
    )
    sums = (Sum("value", _("Net"), "value", places=2, currency="site__company__currency"),)
    actions = (
        BulkAction(
            "approve", _("Approve"), APPROVE_ADJUSTMENTS, approve,
            ngettext_lazy("%(n)d adjustment posted", "%(n)d adjustments posted", "n"),
            confirm=_("{n} adjustments are posted: stock, its value and the promises that lean on it change."),
        ),
        BulkAction(
            "refuse", _("Refuse"), VIEW_STOCK, refuse,
            ngettext_lazy("%(n)d adjustment refused", "%(n)d adjustments refused", "n"), icon="x", form=RefuseForm,
        ),
    )  # fmt: skip
    default_sort = "-proposed_at"
    empty_title = _("No adjustment waits")
    empty_text = _("What is within the limits of who found or lost it is under Posted.")

    def queryset(self, user: User) -> QuerySet[Adjustment]:
        return adjustment_list(user=user)


class CauseFilters(Filters):
    site = SiteFilter()
    reason = FacetFilter(label=_("Reason"), choices=Reason.choices)

    class Meta:
        model = Adjustment
        fields: list[str] = []


class CauseList(ListPage):
    """What was found and lost for each cause, by whom: gross and net, of the last 30 and 365 days."""

    title, noun = _("Adjustments by cause"), _("causes")
    permission = VIEW_VALUE
    filters = CauseFilters
    place_filter = "site"
    columns = (
        Column("reason", _("Cause"), value=lambda row: row.get_reason_display()),
        Column("site__code", _("Site"), "code"),
        Column("proposed_by", _("By")),
        Column("times_30", _("Times, 30 days"), "number", sort="times_30"),
        Column("gross_30", _("Gross, 30 days"), "money", sort="gross_30"),
        Column("net_30", _("Net, 30 days"), "signed", sort="net_30"),
        Column("times_365", _("Times, 365 days"), "number"),
        Column("gross_365", _("Gross, 365 days"), "money", sort="gross_365"),
        Column("net_365", _("Net, 365 days"), "signed"),
        Column("site__company__currency", _("Currency"), "code"),
    )
    tabs = (Tab("all", _("All")), Tab("recent", _("Last 30 days"), Q(times_30__gt=0)))
    default_sort = "-gross_365"
    empty_title = _("Nothing was adjusted")
    empty_text = _("What is found and lost adds up here, by its cause.")

    def queryset(self, user: User) -> QuerySet[Adjustment]:
        return cause_list(user=user)
