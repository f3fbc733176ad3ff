"""Lists of transfers, of what did not arrive, and of what the house proposes to move."""

from collections.abc import Callable
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from erp.kernel.actor import Actor
from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.filters import DayRangeFilter, FacetFilter, Filters, SearchFilter
from erp.kernel.lists import BulkAction, ListPage, Outcome, Sum, Tab
from erp.kernel.models import User
from inventory.stock.permissions import VIEW_VALUE
from masterdata.places.filters import SiteFilter

from .actions.clear_difference import own_differences
from .actions.decide_transfer import approve_transfer, cancel_transfer, refuse_transfer
from .actions.propose_transfers import DecidedProposals, accept_proposals, dismiss_proposals
from .forms import DismissForm, OwnerForm
from .models import RebalanceProposal, TransferDifference, TransferOrder
from .permissions import APPROVE_TRANSFER, REBALANCE, RECEIVE_TRANSFER, REQUEST_TRANSFER, VIEW_TRANSFER
from .queries import (
    OPEN_DIFFERENCE,
    WAITING_DIFFERENCE,
    at_site,
    difference_list,
    late,
    overdue,
    proposal_list,
    transfer_list,
    with_item,
)
from .states import DIFFERENCES, PROPOSALS, STATES

SIBLINGS = {
    "transfers": (_("Transfers"), "inventory:transfer_list"),
    "differences": (_("Differences"), "inventory:transfer_difference_list"),
}


def _each(user: User, ids: list[int], run: Callable[[int], Any]) -> Outcome:
    """One transfer at a time: what is refused stays and is told, the others go on."""
    outcome = Outcome(0)
    for pk, number in transfer_list(user=user).filter(pk__in=ids).order_by("pk").values_list("pk", "number"):
        try:
            run(pk)
        except DomainError as error:
            outcome.refused.append(f"{number}: {error}")
        else:
            outcome.done += 1
    return outcome


def approve(user: User, ids: list[int]) -> Outcome:
    return _each(user, ids, lambda pk: approve_transfer(By(Actor.of(user)), transfer_id=pk))


def refuse(user: User, ids: list[int], reason: str) -> Outcome:
    by = By(Actor.of(user), reason=reason)
    return _each(user, ids, lambda pk: refuse_transfer(by, transfer_id=pk, reason=reason))


def cancel(user: User, ids: list[int], reason: str) -> Outcome:
    by = By(Actor.of(user), reason=reason)
    return _each(user, ids, lambda pk: cancel_transfer(by, transfer_id=pk, reason=reason))


class TransferFilters(Filters):
    q = SearchFilter(
        exact=("number", "tracking_number", "requested_by"), label=_("Number, tracking or person")
    )
    item = django_filters.CharFilter(method="of_item", label=_("Item"))
    site = SiteFilter(method="at_site", label=_("Site, either end"))
    reason = FacetFilter(label=_("Reason"), choices=TransferOrder.Reason.choices)
    due_on = DayRangeFilter(label=_("Due"))

    class Meta:
        model = TransferOrder
        fields: list[str] = []

    def at_site(self, rows: QuerySet[TransferOrder], _name: str, site: Any) -> QuerySet[TransferOrder]:
        return at_site(rows, site) if site else rows

    def of_item(self, rows: QuerySet[TransferOrder], _name: str, code: str) -> QuerySet[TransferOrder]:
        return with_item(rows, code)


class TransferList(ListPage):
    """What goes from site to site: to approve, to ship, on its way, and late."""

    title, noun = _("Transfers"), _("transfers")
    permission = VIEW_TRANSFER
    template = "inventory/transfers/transfer_list.html"
    filters = TransferFilters
    place_filter = "site"
    columns = (
        Column("number", _("Transfer"), "code", sort="pk"),
        Column("state", _("State"), "chip", states=STATES),
        Column("site__code", _("From"), "code"),
        Column("to_site__code", _("To"), "code"),
        Column("line_count", _("Lines"), "number"),
        Column("value", _("Value"), "money", permission=VIEW_VALUE, note=lambda row: row.company.currency),
        Column("reason", _("Reason"), value=lambda row: row.get_reason_display(), note=lambda row: row.note),
        Column("needed_on", _("Needed"), "day", sort="needed_on"),
        Column("due_on", _("Due"), "day", sort="due_on"),
        Column("requested_by", _("Requested by"), optional=True),
        Column("requested_at", _("Requested"), "age", sort="requested_at"),
        Column(
            "shipped_at", _("On its way since"), "age", ages=(4, 8), optional=True, tabs=("transit", "late")
        ),
    )
    tabs = (
        Tab("open", _("Open"), Q(state__in=("requested", "approved", "shipped"))),
        Tab("requested", _("To approve"), Q(state="requested")),
        Tab("approved", _("To ship"), Q(state="approved")),
        Tab("transit", _("In transit"), Q(state="shipped")),
        Tab("late", _("Late"), late),
        Tab("all", _("All")),
    )
    actions = (
        BulkAction(
            "approve", _("Approve"), APPROVE_TRANSFER, approve,
            ngettext_lazy("%(n)d transfer approved", "%(n)d transfers approved", "n"),
            confirm=_("The goods of {n} transfers are reserved and promised where they go."),
        ),
        BulkAction(
            "refuse", _("Refuse"), APPROVE_TRANSFER, refuse,
            ngettext_lazy("%(n)d transfer refused", "%(n)d transfers refused", "n"), icon="x", form=DismissForm,
        ),
        BulkAction(
            "cancel", _("Cancel"), REQUEST_TRANSFER, cancel,
            ngettext_lazy("%(n)d transfer cancelled", "%(n)d transfers cancelled", "n"), icon="x", form=DismissForm,
        ),
    )  # fmt: skip
    siblings = (SIBLINGS["differences"],)
    default_sort = "-number"
    empty_title = _("Nothing goes from site to site")
    empty_text = _("What is asked of another site appears here until it has arrived.")

    def queryset(self, user: User) -> QuerySet[TransferOrder]:
        return transfer_list(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("inventory:transfer", args=[row.pk])


# What did not arrive ---------------------------------------------------------------------------------------------


def own(user: User, ids: list[int], owner: str) -> Outcome:
    found = list(difference_list(user=user).filter(pk__in=ids).values_list("pk", flat=True))
    try:
        return Outcome(
            len(own_differences(By(Actor.of(user)), difference_ids=found, owner=owner).difference_ids)
        )
    except DomainError as error:
        return Outcome(0, [str(error)])


def mine(user: User) -> Q:
    return OPEN_DIFFERENCE & Q(owner=user.username)


class DifferenceFilters(Filters):
    q = SearchFilter(
        exact=("order__number", "content__line__item__code", "claim_reference"),
        label=_("Transfer, item or claim"),
    )
    site = SiteFilter(field_name="order__to_site")
    kind = FacetFilter(label=_("Kind"), choices=TransferDifference.Kind.choices)
    owner = SearchFilter(exact=("owner",), label=_("Owner"))
    opened_at = DayRangeFilter(label=_("Opened"))

    class Meta:
        model = TransferDifference
        fields: list[str] = []


class DifferenceList(ListPage):
    """Goods that were shipped and did not arrive as they should: each with an owner and a day, oldest first."""

    title, noun = _("Transfer differences"), _("differences")
    permission = VIEW_TRANSFER
    filters = DifferenceFilters
    place_filter = "site"
    columns = (
        Column("order__number", _("Transfer"), "code"),
        Column("state", _("State"), "chip", states=DIFFERENCES),
        Column("kind", _("Kind"), value=lambda row: row.get_kind_display(), note=lambda row: row.note),
        Column("content__line__item__code", _("Item"), "code"),
        Column("content__lot__code", _("Lot"), "code", optional=True),
        Column("missing", _("Missing"), "quantity", note=lambda row: row.content.line.item.stock_unit_id),
        Column("order__site__code", _("From"), "code", optional=True),
        Column("order__to_site__code", _("To"), "code"),
        Column("owner", _("Owner")),
        Column("opened_at", _("Age"), "age", sort="opened_at", ages=(3, 5)),
        Column("due_on", _("Clear by"), "day", sort="due_on"),
        Column("claim_reference", _("Claim"), "code", optional=True),
    )
    tabs = (
        Tab("open", _("Open"), OPEN_DIFFERENCE),
        Tab("mine", _("Mine"), mine),
        Tab("overdue", _("Overdue"), overdue),
        Tab("waiting", _("To approve"), WAITING_DIFFERENCE),
        Tab("claimed", _("Claimed"), Q(outcome="claimed")),
        Tab("all", _("All")),
    )
    actions = (
        BulkAction(
            "own", _("Give to"), RECEIVE_TRANSFER, own, icon="user", form=OwnerForm,
            past=ngettext_lazy("%(n)d difference has a new owner", "%(n)d differences have a new owner", "n"),
        ),
    )  # fmt: skip
    siblings = (SIBLINGS["transfers"],)
    default_sort = "opened_at"
    empty_title = _("Everything arrived")
    empty_text = _(
        "What is short, damaged or lost on its way stays here until it is found, written off or claimed."
    )

    def queryset(self, user: User) -> QuerySet[TransferDifference]:
        return difference_list(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("inventory:transfer_difference", args=[row.pk])


# What the house proposes -----------------------------------------------------------------------------------------


def _outcome(decided: DecidedProposals) -> Outcome:
    return Outcome(decided.decided, [f"{item}: {why}" for item, why in decided.refused])


def _seen(user: User, ids: list[int]) -> list[int]:
    return list(proposal_list(user=user).filter(pk__in=ids).values_list("pk", flat=True))


def accept(user: User, ids: list[int]) -> Outcome:
    try:
        return _outcome(accept_proposals(By(Actor.of(user)), proposal_ids=_seen(user, ids)))
    except DomainError as error:
        return Outcome(0, [str(error)])


def dismiss(user: User, ids: list[int], reason: str) -> Outcome:
    by = By(Actor.of(user), reason=reason)
    return _outcome(dismiss_proposals(by, proposal_ids=_seen(user, ids), reason=reason))


class ProposalFilters(Filters):
    q = SearchFilter(exact=("item__code",), contains=("item__search",), label=_("Item"))
    site = SiteFilter(method="at_site", label=_("Site, either end"))

    class Meta:
        model = RebalanceProposal
        fields: list[str] = []

    def at_site(
        self, rows: QuerySet[RebalanceProposal], _name: str, site: Any
    ) -> QuerySet[RebalanceProposal]:
        return at_site(rows, site) if site else rows


class ProposalList(ListPage):
    """Too much at one site, missing at another: what moving it makes better, the most lines first."""

    title, noun = _("Rebalancing"), _("proposals")
    permission = REBALANCE
    template = "inventory/transfers/proposal_list.html"
    filters = ProposalFilters
    columns = (
        Column("item__code", _("Item"), "code"),
        Column("item__name", _("Description"), optional=True),
        Column("site__code", _("From"), "code"),
        Column("to_site__code", _("To"), "code"),
        Column("quantity", _("Quantity"), "quantity", note=lambda row: row.item.stock_unit_id),
        Column("lines", _("Lines sooner"), "number", sort="lines"),
        Column("on_time", _("On time"), "number"),
        Column("days_earlier", _("Days earlier"), "number", sort="days_earlier"),
        Column("undated", _("Had no date"), "number"),
        Column("value", _("Value"), "money", permission=VIEW_VALUE, note=lambda row: row.company.currency),
        Column("freight", _("Freight, about"), "money"),
        Column("arrives_on", _("There by"), "day", sort="arrives_on"),
        Column("state", _("State"), "chip", states=PROPOSALS, tabs=("all", "decided")),
        Column("decision_note", _("Why not"), wide=True, tabs=("decided",)),
        Column("transfer__number", _("Transfer"), "code", tabs=("all", "decided")),
    )
    tabs = (
        Tab("open", _("Open"), Q(state="open")),
        Tab("decided", _("Decided"), Q(state__in=("accepted", "dismissed"))),
        Tab("all", _("All")),
    )
    sums = (Sum("value", _("Value"), "value", places=2, currency="company__currency"),)
    actions = (
        BulkAction(
            "accept", _("Make transfers"), REBALANCE, accept, icon="truck",
            past=ngettext_lazy("%(n)d proposal is a transfer", "%(n)d proposals are transfers", "n"),
            confirm=_("{n} proposals become transfers, one for each pair of sites. They are approved as any other."),
        ),
        BulkAction(
            "dismiss", _("Dismiss"), REBALANCE, dismiss, icon="x", form=DismissForm,
            past=ngettext_lazy("%(n)d proposal dismissed", "%(n)d proposals dismissed", "n"),
        ),
    )  # fmt: skip
    siblings = (SIBLINGS["transfers"],)
    default_sort = "-lines"
    empty_title = _("Nothing to rebalance")
    empty_text = _(
        "Each hour the sites are compared: what is late at one and too much at another appears here."
    )

    def queryset(self, user: User) -> QuerySet[RebalanceProposal]:
        return proposal_list(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("inventory:proposal", args=[row.pk])
