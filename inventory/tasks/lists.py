"""The supervisor's board: everything that is open on the floor, given out from one list."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from erp.kernel.actor import Actor
from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.filters import FacetFilter, Filters, SearchFilter
from erp.kernel.lists import BulkAction, ListPage, Outcome, Tab
from erp.kernel.models import User
from inventory.putaway.forms import AssignForm, UrgencyForm
from masterdata.places.filters import SiteFilter

from .actions.give_tasks import give_tasks, take_tasks
from .models import Kind, Task
from .permissions import ASSIGN_TASKS, TAKE_TASKS, VIEW_TASKS
from .queries import late, task_list, who_has_what

PAGES = {
    "putaway": "inventory:putaway", "count": "inventory:count", "pick": "inventory:shipment",
    "unload": "inventory:unloading",
}  # fmt: skip


def _seen(user: User, ids: list[int]) -> list[int]:
    return list(task_list(user=user).filter(pk__in=ids).values_list("pk", flat=True))


def _given(user: User, ids: list[int], **changes: Any) -> Outcome:
    try:
        return Outcome(len(give_tasks(By(Actor.of(user)), task_ids=_seen(user, ids), **changes).task_ids))
    except DomainError as error:
        return Outcome(0, [str(error)])


def give(user: User, ids: list[int], owner: str) -> Outcome:
    return _given(user, ids, owner=owner)


def hasten(user: User, ids: list[int], priority: int) -> Outcome:
    return _given(user, ids, priority=priority)


def take(user: User, ids: list[int]) -> Outcome:
    try:
        return Outcome(len(take_tasks(By(Actor.of(user)), task_ids=_seen(user, ids)).task_ids))
    except DomainError as error:
        return Outcome(0, [str(error)])


def mine(user: User) -> Q:
    return Q(owner=user.username)


class TaskFilters(Filters):
    q = SearchFilter(exact=("number", "place"), any_case=("what",), label=_("Number, place or goods"))
    site = SiteFilter()
    kind = FacetFilter(label=_("Kind"), choices=Kind.choices)
    zone = SearchFilter(exact=("zone__code",), label=_("Zone"))
    owner = SearchFilter(exact=("owner",), label=_("Owner"))

    class Meta:
        model = Task
        fields: list[str] = []


class TaskBoard(ListPage):
    """Putaways, picks, counts and deliveries under way: who has them, and what is late."""

    title, noun = _("Work on the floor"), _("tasks")
    permission = VIEW_TASKS
    template = "inventory/tasks/board.html"
    filters = TaskFilters
    place_filter = "site"
    columns = (
        Column("number", _("Number"), "code"),
        Column("kind", _("Kind"), value=lambda row: row.get_kind_display()),
        Column("what", _("What")),
        Column("place", _("Place"), "code"),
        Column("zone__code", _("Zone"), "code", optional=True),
        Column("site__code", _("Site"), "code", optional=True),
        Column("owner", _("Owner")),
        Column("priority", _("Priority"), "number", sort="priority"),
        Column("since", _("Age"), "age", sort="since", ages=(1, 2)),
        Column("due_at", _("Due"), "instant", sort="due_at"),
    )
    tabs = (
        Tab("all", _("All open")),
        Tab("free", _("Nobody's"), Q(owner="")),
        Tab("mine", _("Mine"), mine),
        Tab("late", _("Late"), late),
    )
    actions = (
        BulkAction(
            "give", _("Give to"), ASSIGN_TASKS, give, icon="user", form=AssignForm,
            past=ngettext_lazy("%(n)d task has a new owner", "%(n)d tasks have a new owner", "n"),
        ),
        BulkAction(
            "hasten", _("Set priority"), ASSIGN_TASKS, hasten, icon="arrow-up", form=UrgencyForm,
            past=ngettext_lazy("%(n)d task has a new priority", "%(n)d tasks have a new priority", "n"),
        ),
        BulkAction(
            "take", _("Take"), TAKE_TASKS, take, icon="check",
            past=ngettext_lazy("%(n)d task is yours", "%(n)d tasks are yours", "n"),
        ),
    )  # fmt: skip
    default_sort = "due_at"
    empty_title = _("Nothing is to be done")
    empty_text = _("Putaways, picks, counts and deliveries appear here as they are made.")

    def queryset(self, user: User) -> QuerySet[Task]:
        return task_list(user=user)

    def row_url(self, row: Any) -> str:
        return reverse(PAGES[row.kind], args=[row.source_id])

    def more(self, request: HttpRequest) -> dict[str, Any]:
        return {"people": who_has_what(user=request.user)}
