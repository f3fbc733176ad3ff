"""The planner's worklist, what is expected of each item, and how items are stocked."""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
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
from erp.kernel.lists import BulkAction, ListPage, Outcome, Sum, Tab
from erp.kernel.models import User
from inventory.stock.permissions import VIEW_VALUE
from inventory.transfers.forms import DismissForm
from masterdata.places.filters import SiteFilter

from .actions.decide_proposals import DecidedReplenishment, approve_proposals, dismiss_replenishments
from .actions.set_stocking_policy import remove_stocking_policies
from .models import DemandForecast, Method, ReplenishmentProposal, Stocking, StockingPolicy
from .permissions import DECIDE, SET_STOCKING, VIEW_PLAN
from .queries import due_for_review, forecast_list, owing, policy_list, replenishment_list, to_review
from .states import KINDS, METHODS, STATES

CENT = Decimal("0.01")
SIBLINGS = {
    "proposals": (_("Proposals"), "inventory:replenishment_list"),
    "forecasts": (_("Forecasts"), "inventory:forecast_list"),
    "policies": (_("Stocking policies"), "inventory:stocking_policy_list"),
}


def _outcome(decided: DecidedReplenishment) -> Outcome:
    refused = [f"{item}: {why}" for item, why in decided.refused]
    if decided.waiting:
        refused.append(
            str(_("%(n)s are above your limit and wait for a second person.") % {"n": decided.waiting})
        )
    return Outcome(decided.decided, refused)


def approve(user: User, ids: list[int]) -> Outcome:
    """Order by order, so that one that cannot be made keeps no other back."""
    together: defaultdict[tuple[int, int | None, int | None], list[int]] = defaultdict(list)
    for row in replenishment_list(user=user).filter(pk__in=ids):
        supplier_id = row.chosen_supplier_id or row.supplier_id
        together[row.site_id, row.from_site_id, supplier_id].append(row.pk)
    outcome = Outcome(0)
    for chosen in together.values():
        try:
            one = _outcome(approve_proposals(By(Actor.of(user)), proposal_ids=chosen))
        except DomainError as error:
            one = Outcome(0, [str(error)] * len(chosen))
        outcome.done += one.done
        outcome.refused += one.refused
    return outcome


def dismiss(user: User, ids: list[int], reason: str) -> Outcome:
    seen = list(replenishment_list(user=user).filter(pk__in=ids).values_list("pk", flat=True))
    by = By(Actor.of(user), reason=reason)
    return _outcome(dismiss_replenishments(by, proposal_ids=seen, reason=reason))


def remove(user: User, ids: list[int]) -> Outcome:
    seen = list(policy_list(user=user).filter(pk__in=ids).values_list("pk", flat=True))
    return Outcome(len(remove_stocking_policies(By(Actor.of(user)), policy_ids=seen).policy_ids))


def rounded(value: Decimal) -> Decimal:
    """As fine as a list shows what is expected."""
    return value.quantize(CENT, ROUND_HALF_UP)


class ReplenishmentFilters(Filters):
    q = SearchFilter(
        exact=("item__code", "supplier__party__code"),
        contains=("item__search", "supplier__party__search"),
        label=_("Item or supplier"),
    )
    site = SiteFilter()
    kind = FacetFilter(label=_("Kind"), choices=ReplenishmentProposal.Kind.choices)
    method = FacetFilter(label=_("Method"), choices=Method.choices)
    due_on = DayRangeFilter(label=_("There by"))

    class Meta:
        model = ReplenishmentProposal
        fields: list[str] = []


def _source(row: ReplenishmentProposal) -> Any:
    if row.from_site:
        return row.from_site.code
    supplier = row.chosen_supplier or row.supplier
    return supplier.party.name if supplier else _("nobody is known")


class ReplenishmentList(ListPage):
    """What the last run proposes to buy and to move, and what became of earlier proposals."""

    title, noun = _("Replenishment"), _("proposals")
    permission = VIEW_PLAN
    template = "inventory/replenishment/list.html"
    filters = ReplenishmentFilters
    place_filter = "site"
    columns = (
        Column("item__code", _("Item"), "code"),
        Column("item__name", _("Description"), optional=True),
        Column("site__code", _("For"), "code"),
        Column("kind", _("Kind"), "chip", states=KINDS),
        Column("source", _("From"), value=_source),
        Column("ordering", _("Quantity"), "quantity", note=lambda row: row.item.stock_unit_id),
        Column("due_on", _("There by"), "day", sort="due_on"),
        Column("position", _("Position"), "quantity", sort="position"),
        Column("trigger", _("Reorder at"), "quantity", value=lambda row: rounded(row.trigger)),
        Column(
            "monthly",
            _("Expected a month"),
            "quantity",
            value=lambda row: rounded(row.monthly),
            optional=True,
        ),
        Column("lead_time_days", _("Lead time, days"), "number", optional=True),
        Column("value", _("Value"), "money", sort="value", permission=VIEW_VALUE),
        Column("outlived", _("Not needed any more"), "flag", tabs=("open", "edited")),
        Column("edited_by", _("Edited by"), optional=True, note=lambda row: row.edit_note),
        Column("state", _("State"), "chip", states=STATES, tabs=("closed", "all")),
        Column("decided_by", _("Decided by"), tabs=("closed", "all"), note=lambda row: row.decision_note),
        Column("purchase_order__number", _("Purchase order"), "code", tabs=("closed", "all")),
        Column("transfer__number", _("Transfer"), "code", tabs=("closed", "all")),
        Column("first_by", _("First approval"), tabs=("waiting",)),
    )
    tabs = (
        Tab("open", _("Open"), Q(state="open")),
        Tab("owing", _("Owed already"), owing),
        Tab("waiting", _("Second approval"), Q(state="waiting")),
        Tab("edited", _("Edited"), Q(state="open", edited_quantity__isnull=False)),
        Tab("closed", _("Decided"), Q(state__in=("ordered", "dismissed"))),
        Tab("all", _("All")),
    )
    sums = (Sum("value", _("Value"), "value", places=2, currency="company__currency"),)
    actions = (
        BulkAction(
            "approve", _("Order"), DECIDE, approve, icon="check",
            past=ngettext_lazy("%(n)d proposal is ordered", "%(n)d proposals are ordered", "n"),
            confirm=_(
                "{n} proposals become purchase orders, one for each supplier and site, and transfers. What is above "
                "your limit waits for a second person."
            ),
        ),
        BulkAction(
            "dismiss", _("Dismiss"), DECIDE, dismiss, icon="x", form=DismissForm,
            past=ngettext_lazy("%(n)d proposal dismissed", "%(n)d proposals dismissed", "n"),
        ),
    )  # fmt: skip
    siblings = (SIBLINGS["forecasts"], SIBLINGS["policies"])
    default_sort = "due_on"
    empty_title = _("Nothing to order")
    empty_text = _(
        "Each night every item is planned at every site; what falls to its reorder point appears here."
    )

    def queryset(self, user: User) -> QuerySet[ReplenishmentProposal]:
        return replenishment_list(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("inventory:replenishment", args=[row.pk])


class ForecastFilters(Filters):
    q = SearchFilter(exact=("item__code",), contains=("item__search",), label=_("Item"))
    site = SiteFilter()
    method = FacetFilter(label=_("Method"), choices=[(key, name) for key, name in METHODS.items() if key])

    class Meta:
        model = DemandForecast
        fields: list[str] = []


class ForecastList(ListPage):
    """What is expected of each item at each site, and how well its method did beside a naive one."""

    title, noun = _("Forecasts"), _("forecasts")
    permission = VIEW_PLAN
    filters = ForecastFilters
    place_filter = "site"
    columns = (
        Column("item__code", _("Item"), "code"),
        Column("item__name", _("Description"), optional=True),
        Column("site__code", _("Site"), "code"),
        Column(
            "monthly",
            _("Expected a month"),
            "quantity",
            value=lambda row: rounded(row.monthly),
            sort="monthly",
            note=lambda row: row.item.stock_unit_id,
        ),
        Column("sigma", _("Strays by"), "quantity", value=lambda row: rounded(row.sigma), optional=True),
        Column("method", _("Method"), value=lambda row: METHODS.get(row.method, row.method)),
        Column("wape", _("WAPE"), "percent", places=1),
        Column("naive_wape", _("WAPE, naive"), "percent", places=1),
        Column("bias", _("Bias"), "percent", places=1),
        Column("through", _("History until"), "day", optional=True),
        Column("computed_at", _("Made"), "instant", optional=True),
    )
    tabs = (
        Tab("all", _("All")),
        Tab("worse", _("Worse than naive"), Q(gain__lt=0)),
        Tab("biased", _("Biased by more than half"), Q(bias__gt=50) | Q(bias__lt=-50)),
    )
    siblings = (SIBLINGS["proposals"], SIBLINGS["policies"])
    default_sort = "-monthly"
    empty_title = _("Nothing is forecast yet")
    empty_text = _(
        "The first run makes a forecast of every item that somebody wanted from stock in a month that is over."
    )

    def queryset(self, user: User) -> QuerySet[DemandForecast]:
        return forecast_list(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("inventory:forecast", args=[row.pk])


class StockingPolicyFilters(Filters):
    q = SearchFilter(exact=("item__code",), contains=("item__search",), label=_("Item"))
    site = SiteFilter()
    stocking = FacetFilter(label=_("Kept"), choices=Stocking.choices)

    class Meta:
        model = StockingPolicy
        fields: list[str] = []


class StockingPolicyList(ListPage):
    """How items and classes of them are stocked where the house's own policies do not hold."""

    title, noun = _("Stocking policies"), _("policies")
    permission = VIEW_PLAN
    template = "inventory/replenishment/policy_list.html"
    filters = StockingPolicyFilters
    columns = (
        Column("what", _("For"), value=lambda row: row.item or row.item_class),
        Column("site", _("Site"), value=lambda row: row.site.code if row.site else _("All")),
        Column("company__code", _("Company"), "code", optional=True),
        Column("stocking", _("Kept"), value=lambda row: row.get_stocking_display()),
        Column("method", _("Method"), value=lambda row: row.get_method_display()),
        Column("service_level", _("Service level"), "percent", places=2),
        Column("minimum", _("Minimum"), "quantity"),
        Column("maximum", _("Maximum"), "quantity"),
        Column("order_quantity", _("Order quantity"), "quantity", optional=True),
        Column("order_minimum", _("Never less"), "quantity", optional=True),
        Column("order_multiple", _("Multiple of"), "quantity", optional=True),
        Column("reviewer", _("Reviewer")),
        Column("review_on", _("Review"), "day", sort="review_on"),
        Column("reason", _("Why"), wide=True),
        Column("set_by", _("By"), optional=True),
    )
    tabs = (
        Tab("all", _("All")),
        Tab("mine", _("For me to review"), to_review),
        Tab("due", _("To review"), due_for_review),
    )
    actions = (
        BulkAction(
            "remove", _("Remove"), SET_STOCKING, remove, icon="x",
            past=ngettext_lazy("%(n)d policy removed", "%(n)d policies removed", "n"),
            confirm=_("{n} policies go. Their items follow the next wider policy from the next run on."),
        ),
    )  # fmt: skip
    siblings = (SIBLINGS["proposals"], SIBLINGS["forecasts"])
    default_sort = "pk"
    empty_title = _("Every item follows the house's policies")
    empty_text = _("Set a policy where an item or a class of items is stocked otherwise than the house says.")

    def queryset(self, user: User) -> QuerySet[StockingPolicy]:
        return policy_list(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("inventory:stocking_policy", args=[row.pk]) if self.user.has_perm(SET_STOCKING) else ""
