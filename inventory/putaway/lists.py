"""The list of putaway tasks, from which a supervisor gives them out."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from erp.kernel.actor import Actor
from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.filters import DayRangeFilter, Filters, SearchFilter
from erp.kernel.lists import BulkAction, ListPage, Outcome, Tab
from erp.kernel.models import User
from masterdata.places.filters import SiteFilter

from .actions.assign_putaways import assign_putaways, close_putaways
from .forms import AssignForm, CloseForm, UrgencyForm
from .models import PutawayTask
from .permissions import ASSIGN_PUTAWAY, PUT_AWAY, VIEW_PUTAWAY
from .queries import OPEN, late, putaway_list
from .states import STATES


def _seen(user: User, ids: list[int]) -> list[int]:
    return list(putaway_list(user=user).filter(pk__in=ids).values_list("pk", flat=True))


def give(user: User, ids: list[int], owner: str) -> Outcome:
    try:
        return Outcome(
            len(assign_putaways(By(Actor.of(user)), task_ids=_seen(user, ids), owner=owner).task_ids)
        )
    except DomainError as error:
        return Outcome(0, [str(error)])


def hasten(user: User, ids: list[int], priority: int) -> Outcome:
    try:
        return Outcome(
            len(assign_putaways(By(Actor.of(user)), task_ids=_seen(user, ids), priority=priority).task_ids)
        )
    except DomainError as error:
        return Outcome(0, [str(error)])


def close(user: User, ids: list[int], reason: str) -> Outcome:
    by = By(Actor.of(user), reason=reason)
    try:
        return Outcome(len(close_putaways(by, task_ids=_seen(user, ids), reason=reason).task_ids))
    except DomainError as error:
        return Outcome(0, [str(error)])


def mine(user: User) -> Q:
    return OPEN & Q(owner=user.username)


class PutawayFilters(Filters):
    q = SearchFilter(
        exact=("number", "document", "item__code", "bin__code"), label=_("Number, document, item or bin")
    )
    site = SiteFilter()
    owner = SearchFilter(exact=("owner",), label=_("Owner"))
    made_at = DayRangeFilter(label=_("Came"))

    class Meta:
        model = PutawayTask
        fields: list[str] = []


class PutawayList(ListPage):
    """Goods in receiving bins, what goes first above; and where the others went."""

    title, noun = _("Putaway"), _("tasks")
    permission = VIEW_PUTAWAY
    template = "inventory/putaway/list.html"
    filters = PutawayFilters
    place_filter = "site"
    columns = (
        Column("number", _("Task"), "code"),
        Column("state", _("State"), "chip", states=STATES),
        Column("item__code", _("Item"), "code", note=lambda row: row.item.name),
        Column("lot__code", _("Lot"), "code", optional=True),
        Column("left", _("Left"), "quantity", note=lambda row: row.item.stock_unit_id),
        Column("bin__code", _("Stands in"), "code"),
        Column("goes", _("Goes to"), "code", value=lambda row: row.put_into or row.proposed or ""),
        Column("site__code", _("Site"), "code"),
        Column("owner", _("Owner")),
        Column("priority", _("Priority"), "number", sort="priority"),
        Column("made_at", _("Age"), "age", sort="made_at", ages=(1, 2)),
        Column("due_at", _("Due"), "instant", sort="due_at"),
        Column("document", _("Came with"), "code", optional=True),
    )
    tabs = (
        Tab("open", _("To put away"), OPEN),
        Tab("mine", _("Mine"), mine),
        Tab("free", _("Nobody's"), OPEN & Q(owner="")),
        Tab("late", _("Late"), late),
        Tab("all", _("All")),
    )
    actions = (
        BulkAction(
            "give", _("Give to"), ASSIGN_PUTAWAY, give, icon="user", form=AssignForm,
            past=ngettext_lazy("%(n)d task has a new owner", "%(n)d tasks have a new owner", "n"),
        ),
        BulkAction(
            "hasten", _("Set priority"), ASSIGN_PUTAWAY, hasten, icon="arrow-up", form=UrgencyForm,
            past=ngettext_lazy("%(n)d task has a new priority", "%(n)d tasks have a new priority", "n"),
        ),
        BulkAction(
            "close", _("Close without"), PUT_AWAY, close, icon="x", form=CloseForm,
            past=ngettext_lazy("%(n)d task closed", "%(n)d tasks closed", "n"),
        ),
    )  # fmt: skip
    default_sort = "priority"
    empty_title = _("Nothing stands at the dock")
    empty_text = _("What is received into a receiving bin appears here, where the site puts away by task.")

    def queryset(self, user: User) -> QuerySet[PutawayTask]:
        return putaway_list(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("inventory:putaway", args=[row.pk])
