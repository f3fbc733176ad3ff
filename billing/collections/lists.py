"""The collector's worklist by amount at risk, and promises to pay."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, ClassVar

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from billing.collections.actions.assign_collections import assign_collections, return_collections
from billing.collections.ageing import ageing_at
from billing.collections.forms import CollectorForm
from billing.collections.models import PaymentPromise
from billing.collections.permissions import COLLECT, VIEW_COLLECTION
from billing.collections.queries import BROKEN, KEPT, OPEN, promise_list, worklist
from billing.collections.states import STANDINGS
from billing.receivables.permissions import VIEW_RECEIVABLE
from erp.kernel.actor import Actor
from erp.kernel.clock import now
from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import DayRangeFilter, Filters, SearchFilter
from erp.kernel.formats import write_day
from erp.kernel.forms import DayField
from erp.kernel.lists import Bucket, BulkAction, ListPage, Sum, Tab
from erp.kernel.models import User
from masterdata.models import Customer
from masterdata.places.queries import day_at

CRUMBS = ((_("Finance"), ""), (_("Receivables"), ""))


def to_do(_user: User) -> Q:
    """Nobody has said to wait, or the day to look again has come."""
    at = now()
    return Q(collection__follow_up_on=None) | Q(
        collection__follow_up_on__lte=day_at("company__time_zone", at)
    )


def late_for(least: int, most: int | None = None) -> Any:
    """Oldest item overdue for at least and at most so many days."""

    def condition(_user: User) -> Q:
        today = now().date()
        found = Q(oldest_due__lte=today - timedelta(days=least))
        return found & Q(oldest_due__gte=today - timedelta(days=most)) if most is not None else found

    return condition


def collector_of(row: Any) -> Any:
    account = getattr(row, "collection", None)
    return account.collector.name if account and account.collector else _("Nobody")


def follow_up_of(row: Any) -> Any:
    account = getattr(row, "collection", None)
    return account.follow_up_on if account else None


def assign(user: User, ids: list[int], *, owner_id: int | None) -> int:
    seen = list(worklist(user=user).filter(pk__in=ids).values_list("pk", flat=True))
    return len(assign_collections(By(Actor.of(user)), customer_ids=seen, collector_id=owner_id).customer_ids)


def give_back(user: User, ids: list[int]) -> None:
    return_collections(By(Actor.of(user)), customer_ids=ids)


class WorkFilters(Filters):
    """By customer."""

    q = SearchFilter(exact=("party__code",), contains=("party__search",), label=_("Customer"))

    class Meta:
        model = Customer
        fields: list[str] = []


class Worklist(ListPage):
    """Payers with something overdue, those with most at risk first."""

    title, noun = _("Collections"), _("payers")
    permission = VIEW_COLLECTION
    columns = (
        Column("party__name", _("Customer"), note=lambda row: row.party.code),
        Column("at_risk", _("At risk"), "money", sort="at_risk", note=lambda row: row.currency),
        Column("overdue", _("Overdue"), "money", sort="overdue"),
        Column("disputed", _("Disputed"), "money", value=lambda row: row.disputed or None),
        Column("oldest_due", _("Oldest since"), "age", sort="oldest_due", ages=(30, 60)),
        Column("promise", _("Promise"), "chip", states=STANDINGS,
               note=lambda row: write_day(row.promised_on) if row.promised_on else ""),
        Column("collection__follow_up_on", _("Look again"), "day", value=follow_up_of),
        Column("said", _("Last said"), optional=True),
        Column("collector", _("Collector"), value=collector_of),
    )  # fmt: skip
    filters = WorkFilters
    tabs = (
        Tab("today", _("To do"), to_do),
        Tab("mine", _("Mine"), lambda user: Q(collection__collector=user)),
        Tab("broken", _("Promise broken"), Q(promise=BROKEN)),
        Tab("promised", _("Promised"), Q(promise=OPEN)),
        Tab("all", _("All")),
    )
    buckets = (
        Bucket(_("1–30 days"), late_for(1, 30)),
        Bucket(_("31–60"), late_for(31, 60), "warn"),
        Bucket(_("61–90"), late_for(61, 90), "bad"),
        Bucket(_("Over 90"), late_for(91), "bad"),
    )
    sums = (
        Sum("at_risk", _("At risk"), "at_risk", places=2, currency="currency"),
        Sum("overdue", _("Overdue"), "overdue", places=2, currency="currency"),
    )
    actions: ClassVar[Sequence[BulkAction]] = (
        BulkAction(
            "assign", _("Assign"), COLLECT, assign, form=CollectorForm, undo=give_back, icon="user-round-plus",
            past=ngettext_lazy("%(n)d payer assigned", "%(n)d payers assigned", "n"),
        ),
    )  # fmt: skip
    siblings = ((_("Promises"), "billing:promise_list"), (_("Receivables"), "billing:receivable_list"))
    crumbs = CRUMBS
    default_sort = "-at_risk"
    empty_title = _("Nothing is to be collected")
    empty_text = _("Payers appear here on the day after something of theirs was due.")

    def queryset(self, user: User) -> QuerySet[Customer]:
        return worklist(user=user)

    def row_url(self, row: Customer) -> str:
        return reverse("billing:collection", args=[row.pk])


class PromiseFilters(Filters):
    """By customer and day."""

    q = SearchFilter(
        exact=("customer__party__code",), contains=("customer__party__search",), label=_("Customer")
    )
    promised_on = DayRangeFilter(field_name="promised_on", label=_("Until"))

    class Meta:
        model = PaymentPromise
        fields: list[str] = []


class PromiseList(ListPage):
    """Promises to pay, as what was received has kept or broken them."""

    title, noun = _("Promises to pay"), _("promises")
    permission = VIEW_COLLECTION
    columns = (
        Column("customer__party__name", _("Customer"), note=lambda row: row.customer.party.code),
        Column("standing", _("State"), "chip", states=STANDINGS),
        Column("amount", _("Promised"), "money", sort="amount", note=lambda row: row.currency),
        Column("paid", _("Received"), "money"),
        Column("promised_on", _("Until"), "day", sort="promised_on"),
        Column("made_on", _("Made on"), "day"),
        Column("made_by", _("Written by")),
        Column("note", _("Who promised it"), wide=True),
    )
    filters = PromiseFilters
    tabs = (
        Tab("open", _("Promised"), Q(standing=OPEN)),
        Tab("broken", _("Broken"), Q(standing=BROKEN)),
        Tab("kept", _("Kept"), Q(standing=KEPT)),
        Tab("all", _("All")),
    )
    sums = (Sum("amount", _("Promised"), "amount", places=2, currency="currency"),)
    siblings = ((_("Collections"), "billing:collection_list"),)
    crumbs = CRUMBS
    default_sort = "promised_on"
    empty_title = _("No promise stands")
    empty_text = _("What payers promise on the phone is written down on their page of collections.")

    def queryset(self, user: User) -> QuerySet[PaymentPromise]:
        return promise_list(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("billing:collection", args=[row.customer_id])


class OnFilter(django_filters.Filter):
    """The day that a list is counted for; the list asks it, no row is left out by it."""

    field_class = DayField

    def filter(self, qs: QuerySet[Any], value: date | None) -> QuerySet[Any]:
        return qs


class AgeingFilters(Filters):
    """By customer, and the day at whose end it is counted."""

    q = SearchFilter(exact=("party__code",), contains=("party__search",), label=_("Customer"))
    on = OnFilter(label=_("At the end of"))

    class Meta:
        model = Customer
        fields: list[str] = []


class AgeingList(ListPage):
    """What payers owed at the end of a day, by how long it was due then."""

    title, noun = _("Ageing"), _("payers")
    permission = VIEW_RECEIVABLE
    columns = (
        Column("party__name", _("Customer"), note=lambda row: row.party.code),
        Column("total", _("Open items"), "signed", sort="total", note=lambda row: row.currency),
        Column("not_due", _("Not due"), "signed"),
        Column("days_30", _("1–30 days"), "signed"),
        Column("days_60", _("31–60"), "signed"),
        Column("days_90", _("61–90"), "signed"),
        Column("older", _("Over 90"), "signed", sort="older"),
        Column("unapplied", _("Unapplied cash"), "signed"),
    )
    filters = AgeingFilters
    sums = (
        Sum("total", _("Open items"), "total", places=2, currency="currency"),
        Sum("older", _("Over 90"), "older", places=2, currency="currency"),
        Sum("unapplied", _("Unapplied cash"), "unapplied", places=2, currency="currency"),
    )
    siblings = ((_("Receivables"), "billing:receivable_list"), (_("Collections"), "billing:collection_list"))
    crumbs = CRUMBS
    default_sort = "-total"
    empty_title = _("Nobody owed anything then")
    empty_text = _("Choose another day.")

    @property
    def on(self) -> date:
        """The day of the address, else today."""
        try:
            return DayField(required=False).clean(self.params.get("on", "")) or timezone.localdate()
        except ValidationError:
            return timezone.localdate()

    def queryset(self, user: User) -> QuerySet[Customer]:
        return ageing_at(self.on, user=user)

    def row_url(self, row: Customer) -> str:
        return reverse("billing:customer_account", args=[row.pk])
