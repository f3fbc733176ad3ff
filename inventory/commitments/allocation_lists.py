"""Lists of allocation policies and quotas."""

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from erp.kernel.actor import Actor
from erp.kernel.clock import now
from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import FacetFilter, Filters, SearchFilter
from erp.kernel.lists import BulkAction, ListPage, Outcome, Tab
from erp.kernel.models import User
from inventory.stock.models import Quantity
from masterdata.dates import in_effect
from masterdata.places.queries import day_at

from .actions.end_quotas import end_quotas
from .actions.set_quota import SET_QUOTA
from .forms import EndQuotaForm
from .models import AllocationPolicy, AllocationQuota
from .permissions import VIEW_ALLOCATION
from .reads import TAKEN


def quota_list(*, user: Any) -> QuerySet[AllocationQuota]:
    """Quotas in scope with what their class has `taken` since they began."""
    taken = RawSQL(TAKEN.format(quota="inventory_allocationquota"), (), output_field=Quantity())  # noqa: S611 (a constant of ours)
    return (
        AllocationQuota.objects.visible_to(user)
        .select_related("item", "site", "customer_class")
        .annotate(taken=taken)
    )


def holding(user: User) -> Q:
    return in_effect(day_at("company__time_zone", now()))


def keeping(user: User) -> Q:
    return Q(ended_at=None, expires_on__gt=day_at("site__time_zone", now()))


class AllocationFilters(Filters):
    method = FacetFilter(label=_("Among equals"), choices=AllocationPolicy.Method.choices)
    stance = FacetFilter(label=_("Shared anew"), choices=AllocationPolicy.Stance.choices)

    class Meta:
        model = AllocationPolicy
        fields: list[str] = []


def _or_all(row: Any) -> Any:
    return row or _("All")


class AllocationList(ListPage):
    """Who is served first when stock is scarce."""

    title, noun = _("Allocation policies"), _("policies")
    permission = VIEW_ALLOCATION
    template = "inventory/commitments/allocation_list.html"
    filters = AllocationFilters
    columns = (
        Column("priority", _("Priority"), "number", sort="priority"),
        Column("customer_class", _("Customer class"), value=lambda row: _or_all(row.customer_class)),
        Column("item_class", _("Item class"), value=lambda row: _or_all(row.item_class)),
        Column("site", _("Site"), value=lambda row: row.site.code if row.site else _("All")),
        Column("company__code", _("Company"), "code"),
        Column("method", _("Among equals"), value=lambda row: row.get_method_display()),
        Column("stance", _("When shared anew"), value=lambda row: row.get_stance_display()),
        Column("valid_from", _("From"), "day", sort="valid_from"),
        Column("valid_to", _("Until"), "day"),
        Column("reason", _("Why"), optional=True),
        Column("set_by", _("By"), optional=True),
    )
    tabs = (Tab("now", _("In effect"), holding), Tab("all", _("All versions")))
    default_sort = "priority"
    empty_title = _("No allocation policy")
    empty_text = _("Without one, customers are served by the priority of their class, oldest request first.")

    def queryset(self, user: User) -> QuerySet[AllocationPolicy]:
        return AllocationPolicy.objects.visible_to(user).select_related(
            "company", "site", "customer_class", "item_class"
        )


def _end(user: User, ids: list[int], reason: str) -> Outcome:
    ended = end_quotas(By(Actor.of(user), reason=reason), quota_ids=ids, reason=reason)
    return Outcome(len(ended.quota_ids))


class QuotaFilters(Filters):
    q = SearchFilter(exact=("item__code",), contains=("item__search",), label=_("Item"))

    class Meta:
        model = AllocationQuota
        fields: list[str] = []


class QuotaList(ListPage):
    """Stock that is kept for a class of customers, and what is left of it."""

    title, noun = _("Quotas"), _("quotas")
    permission = VIEW_ALLOCATION
    template = "inventory/commitments/quota_list.html"
    filters = QuotaFilters
    columns = (
        Column("item__code", _("Item"), "code"),
        Column("item__name", _("Description"), optional=True),
        Column("site__code", _("Site"), "code"),
        Column("customer_class__name", _("For")),
        Column("quantity", _("Kept"), "quantity"),
        Column("taken", _("Taken"), "quantity"),
        Column("left", _("Left"), "quantity", value=lambda row: max(row.quantity - row.taken, 0)),
        Column("expires_on", _("Until"), "day", sort="expires_on"),
        Column("reason", _("Why"), optional=True),
        Column("set_by", _("By"), optional=True),
    )
    tabs = (Tab("now", _("Keeping"), keeping), Tab("all", _("All")))
    actions = (
        BulkAction(
            "end",
            _("End"),
            SET_QUOTA,
            _end,
            ngettext_lazy("%(n)d quota ended", "%(n)d quotas ended", "n"),
            icon="lock-open",
            form=EndQuotaForm,
        ),
    )
    default_sort = "expires_on"
    empty_title = _("Nothing is kept")
    empty_text = _("A quota keeps stock of an item for one class of customers until a day.")

    def queryset(self, user: User) -> QuerySet[AllocationQuota]:
        return quota_list(user=user)
