"""The list of price proposals, and of what they propose."""

from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from erp.kernel.columns import Column
from erp.kernel.filters import FacetFilter, Filters, SearchFilter
from erp.kernel.lists import ListPage, Tab
from erp.kernel.models import User
from masterdata.agreements.permissions import VIEW_PRICE

from .models import PriceProposal, PriceProposalLine
from .queries import proposal_lines, proposal_list

STATES = {
    "proposed": (_("Waits for approval"), "warn"),
    "rejected": (_("Rejected"), "mute"),
    "approved": (_("Being written"), "info"),
    "applied": (_("In force"), "ok"),
    "scheduled": (_("Scheduled"), "info"),
    "reverting": (_("Being taken back"), "info"),
    "reverted": (_("Taken back"), "mute"),
}


def standing(proposal: PriceProposal) -> str:
    """Its state as it is shown: approved prices whose day has not come are scheduled."""
    scheduled = proposal.state == PriceProposal.State.APPLIED and proposal.effective_on > timezone.localdate()
    return "scheduled" if scheduled else proposal.state


class ProposalFilters(Filters):
    q = SearchFilter(label=_("Title or price list"), contains=["title", "scope__code", "scope__name"])
    state = FacetFilter(label=_("State"), choices=PriceProposal.State.choices)


class ProposalList(ListPage):
    """Proposed prices, those that wait for somebody first."""

    title, noun = _("Price proposals"), _("price proposals")
    permission = VIEW_PRICE
    template = "orders/proposals/proposal_list.html"
    filters = ProposalFilters
    columns = (
        Column("title", _("What changes")),
        Column("scope__code", _("Prices"), "code"),
        Column("state", _("State"), "chip", states=STATES, value=standing),
        Column("effective_on", _("From"), "day", sort="effective_on"),
        Column("line_count", _("Rows"), "number"),
        Column("parked_count", _("Parked"), "number"),
        Column("impact", _("Impact"), "money", note=lambda row: row.scope.currency),
        Column("proposed_by", _("Proposed by")),
        Column("decided_by", _("Decided by"), optional=True),
        Column("proposed_at", _("Age"), "age", sort="proposed_at", ages=(2, 5)),
    )
    tabs = (
        Tab("mine", _("For me"), lambda user: Q(state="proposed") & ~Q(proposed_by=user.username)),
        Tab("open", _("Waiting"), Q(state="proposed")),
        Tab("all", _("All")),
    )
    default_sort = "-proposed_at"
    empty_title = _("No proposed prices")
    empty_text = _("Upload a file of prices: it is compared, weighed and approved before it holds.")

    def queryset(self, user: User) -> QuerySet[PriceProposal]:
        return proposal_list(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("orders:price_proposal", args=[row.pk])


class LineFilters(Filters):
    q = SearchFilter(
        label=_("Item"), exact=("item__code", "item_class__code"), contains=("item__search", "said")
    )
    proposal = FacetFilter(label=_("Proposal"), choices=list)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        proposals = PriceProposal.objects.filter(pk__in=self.queryset.values("proposal"))
        chosen = proposals.order_by("-pk").values_list("pk", "title")[:200]
        self.form.fields["proposal"].choices = [("", _("Any")), *chosen]


def change_of(line: PriceProposalLine) -> Decimal | None:
    """By how many percent the price changes; None where it cannot be said."""
    same = line.before_method == line.method and line.before_unit == line.unit
    if not same or not line.before_value or line.value is None:
        return None
    return round((line.value - line.before_value) * 100 / line.before_value, 2)


class ProposalLineList(ListPage):
    """Rows of proposals: old and new price, and what the difference means."""

    title, noun = _("Proposed prices"), _("proposed prices")
    permission = VIEW_PRICE
    filters = LineFilters
    columns = (
        Column("row", _("Row"), "number", sort="row"),
        Column("proposal__title", _("Proposal"), optional=True),
        Column("target", _("For"), value=lambda line: line.item or line.item_class or line.said),
        Column("min_quantity", _("From quantity"), "quantity"),
        Column("before_value", _("Before"), "money", places=4),
        Column("value", _("New"), "money", places=4, sort="value"),
        Column("unit", _("Per")),
        Column("change", _("Change"), "percent", value=change_of),
        Column("sold_lines", _("Sold lines"), "number", sort="sold_lines"),
        Column("impact", _("Impact"), "money", sort="impact", note=lambda line: line.proposal.scope.currency),
        Column("problem", _("Why it is parked")),
    )
    tabs = (
        Tab("changes", _("Changes"), Q(problem="") & (Q(before_value=None) | ~Q(before_value=F("value")))),
        Tab("same", _("Unchanged"), Q(problem="", before_value=F("value"))),
        Tab("parked", _("Parked"), ~Q(problem="")),
        Tab("all", _("All")),
    )
    default_sort = "row"

    def queryset(self, user: User) -> QuerySet[PriceProposalLine]:
        return proposal_lines(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("orders:price_proposal", args=[row.proposal_id])
