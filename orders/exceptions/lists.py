"""The exception inbox: everything that blocks an order, what matters most first (OC06)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy

from erp.kernel.actor import Actor
from erp.kernel.clock import now
from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import FacetFilter, Filters, SearchFilter
from erp.kernel.lists import Bucket, BulkAction, ListPage, Outcome, Sum, Tab
from erp.kernel.models import User
from masterdata.places.filters import SiteFilter
from masterdata.places.queries import is_past

from .actions.assign_exceptions import assign_exceptions
from .actions.note_exceptions import note_exceptions
from .actions.take_exceptions import give_back_exceptions, take_exceptions
from .forms import NoteForm, OwnerForm
from .models import OPEN, OrderException, here
from .permissions import VIEW_EXCEPTIONS, WORK_EXCEPTIONS
from .queries import exception_list
from .sources import KINDS
from .working import Worked

AGES = {"0-1": (0, 1), "2-3": (2, 3), "4-7": (4, 7), "8": (8, None)}
AGE_CHOICES = [
    ("0-1", _("Today and yesterday")),
    ("2-3", _("2–3 days")),
    ("4-7", _("4–7 days")),
    ("8", _("Over 7 days")),
]


def kinds(_request: Any = None) -> list[tuple[str, Any]]:
    """The kinds that the rooms have registered, for a choice."""
    return [(kind, label) for kind, (label, _tone) in KINDS.items()]


def opened(least: int, most: int | None = None) -> Q:
    """Opened at least and at most so many days ago."""
    found = Q(opened_at__lte=now() - timedelta(days=least)) if least else Q()
    return found if most is None else found & Q(opened_at__gt=now() - timedelta(days=most + 1))


def aged(least: int, most: int | None = None) -> Callable[[User], Q]:
    """Open since at least and at most so many days."""
    return lambda user: OPEN & opened(least, most)


def overdue(_user: User) -> Q:
    """Whose clock has run out."""
    return OPEN & is_past("due_on", "company__time_zone", now())


def days_to(promised_on: date) -> str:
    """How far away a promise is, in words."""
    days = (promised_on - timezone.localdate()).days
    if days < 0:
        return ngettext("%(n)d day late", "%(n)d days late", -days) % {"n": -days}
    return ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days} if days else str(_("today"))


class ExceptionFilters(Filters):
    """By document and customer, kind, owner, age and site."""

    q = SearchFilter(
        exact=("document", "customer__party__code"),
        contains=("customer__party__search",),
        label=_("Order, document or customer"),
    )
    kind = FacetFilter(label=_("Kind"), choices=kinds)
    owner = django_filters.ChoiceFilter(
        label=_("Owner"), empty_label=_("Anyone"), choices=[], method="owned_by"
    )
    age = FacetFilter(label=_("Age"), choices=AGE_CHOICES, method="of_age")
    site = SiteFilter(method="at_site")

    class Meta:
        model = OrderException
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = self.queryset.filter(OPEN, owner__isnull=False).order_by().values("owner")
        named = User.objects.filter(pk__in=owners).order_by("name").values_list("pk", "name")
        self.filters["owner"].extra["choices"] = [
            ("none", _("Nobody")),
            *((str(pk), name) for pk, name in named),
        ]

    def owned_by(self, rows: QuerySet[OrderException], _name: str, value: str) -> QuerySet[OrderException]:
        return rows.filter(owner=None) if value == "none" else rows.filter(owner=int(value))

    def at_site(self, rows: QuerySet[OrderException], _name: str, value: Any) -> QuerySet[OrderException]:
        return rows.filter(here(value.pk)) if value else rows

    def of_age(self, rows: QuerySet[OrderException], _name: str, value: str) -> QuerySet[OrderException]:
        return rows.filter(opened(*AGES[value]))


def _outcome(worked: Worked, *, undo: bool = False) -> Outcome:
    refused = [f"{document}: {why}" for document, why in worked.refused]
    return Outcome(len(worked.exception_ids), refused, worked.exception_ids if undo else [])


def take(user: User, ids: list[int]) -> Outcome:
    return _outcome(take_exceptions(By(Actor.of(user)), exception_ids=ids), undo=True)


def give_back(user: User, ids: list[int]) -> None:
    give_back_exceptions(By(Actor.of(user)), exception_ids=ids)


def assign(user: User, ids: list[int], *, owner_id: int | None, note: str) -> Outcome:
    by = By(Actor.of(user), reason=note)
    return _outcome(assign_exceptions(by, exception_ids=ids, owner_id=owner_id, note=note))


def note(user: User, ids: list[int], *, text: str) -> Outcome:
    return _outcome(note_exceptions(By(Actor.of(user)), exception_ids=ids, text=text))


class ExceptionInbox(ListPage):
    """What stands in the way of orders, ranked by money at risk and time to promise."""

    title, noun = _("Exceptions"), _("exceptions")
    permission = VIEW_EXCEPTIONS
    columns = (
        Column("document", _("Document"), "code"),
        Column("customer__party__name", _("Customer")),
        Column("kind", _("Exception"), "chip", states=KINDS),
        Column("detail", _("Why"), wide=True),
        Column("amount", _("At risk"), "money", sort="amount", note=lambda row: row.currency),
        Column("promised_on", _("Promise"), "day", note=lambda row: days_to(row.promised_on)),
        Column("opened_at", _("Age"), "age", sort="opened_at", ages=(2, 4)),
        Column("owner__name", _("Owner"), value=lambda row: row.owner.name if row.owner else _("Nobody")),
        Column("due_on", _("Due"), "day", sort="due_on"),
        Column("site__code", _("Site"), "code", optional=True),
        Column("rank", _("Rank"), "number", sort="rank", optional=True),
    )
    filters = ExceptionFilters
    place_filter = "site"
    tabs = (
        Tab("open", _("All open"), OPEN),
        Tab("mine", _("Mine"), lambda user: OPEN & Q(owner=user)),
        Tab("free", _("Nobody's"), OPEN & Q(owner=None)),
        Tab("overdue", _("Overdue"), overdue),
        Tab("closed", _("Closed"), ~OPEN),
    )
    buckets = (
        Bucket(_("0–1 days"), aged(0, 1)),
        Bucket(_("2–3"), aged(2, 3)),
        Bucket(_("4–7"), aged(4, 7), "warn"),
        Bucket(_("Over 7"), aged(8), "bad"),
    )
    sums = (Sum("amount", _("At risk"), "amount", places=2, currency="currency"),)
    actions = (
        BulkAction(
            "take", _("Take"), WORK_EXCEPTIONS, take, undo=give_back, icon="user",
            past=ngettext_lazy("%(n)d exception is yours", "%(n)d exceptions are yours", "n"),
        ),
        BulkAction(
            "assign", _("Assign"), WORK_EXCEPTIONS, assign, form=OwnerForm, icon="user-round-plus",
            past=ngettext_lazy("%(n)d exception assigned", "%(n)d exceptions assigned", "n"),
        ),
        BulkAction(
            "note", _("Note"), WORK_EXCEPTIONS, note, form=NoteForm, icon="pencil",
            past=ngettext_lazy("%(n)d exception noted", "%(n)d exceptions noted", "n"),
        ),
    )  # fmt: skip
    default_sort = "-rank"
    empty_title = _("Nothing stands in the way")
    empty_text = _("What is held, late, short, parked or not told to a customer appears here by itself.")

    def queryset(self, user: User) -> QuerySet[OrderException]:
        return exception_list(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("orders:exception", args=[row.pk])

    def peek_url(self, row: Any) -> str:
        return reverse("orders:exception", args=[row.pk])
