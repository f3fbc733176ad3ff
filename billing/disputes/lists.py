"""The queue of disputes, and write-offs with what came of them."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from billing.disputes.actions.assign_disputes import assign_disputes, return_disputes
from billing.disputes.actions.close_disputes import close_disputes
from billing.disputes.actions.write_off_dispute import approve_write_offs, refuse_write_offs
from billing.disputes.forms import DisputeOwnerForm, NoteForm, ReasonForm
from billing.disputes.models import Dispute, DisputeOutcome
from billing.disputes.permissions import APPROVE_WRITE_OFF, VIEW_DISPUTE, WORK_DISPUTE
from billing.disputes.queries import dispute_list, write_off_list
from billing.disputes.states import OUTCOMES, STATES, state_of
from billing.receivables.models import Deduction
from erp.kernel.actor import Actor
from erp.kernel.clock import now
from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import DayRangeFilter, FacetFilter, Filters, SearchFilter
from erp.kernel.lists import Bucket, BulkAction, ListPage, Outcome, Sum, Tab, one_by_one
from erp.kernel.models import User
from masterdata.places.queries import is_past

CRUMBS = ((_("Finance"), ""), (_("Receivables"), ""))
OPEN = Q(closed_at=None)
WAITING = Q(state=DisputeOutcome.State.WAITING)


def overdue(_user: User) -> Q:
    return OPEN & is_past("due_on", "company__time_zone", now())


def aged(least: int, most: int | None = None) -> Callable[[User], Q]:
    """Open since at least and at most so many days."""

    def condition(_user: User) -> Q:
        at = now()
        found = OPEN & Q(opened_at__lte=at - timedelta(days=least)) if least else OPEN
        return found & Q(opened_at__gt=at - timedelta(days=most + 1)) if most is not None else found

    return condition


def assign(user: User, ids: list[int], *, owner_id: int | None) -> int:
    seen = list(dispute_list(user=user).filter(pk__in=ids).values_list("pk", flat=True))
    return len(assign_disputes(By(Actor.of(user)), dispute_ids=seen, owner_id=owner_id).dispute_ids)


def give_back(user: User, ids: list[int]) -> None:
    return_disputes(By(Actor.of(user)), dispute_ids=ids)


def close_as(how: str) -> Callable[..., Outcome]:
    """Close those of a selection that may be closed in this way; the others stay and are told."""

    def act(user: User, ids: list[int], *, note: str) -> Outcome:
        outcome, ready = Outcome(0), []
        for row in dispute_list(user=user).filter(pk__in=ids):
            state = state_of(row)
            if state == "open":
                ready.append(row.pk)
            else:
                outcome.refused.append(f"{row.number}: {STATES[state][0]}")
        by = By(Actor.of(user), reason=note)
        outcome.done = len(close_disputes(by, dispute_ids=ready, how=how, note=note).dispute_ids)
        return outcome

    return act


class DisputeFilters(Filters):
    """By any number on it, customer, kind and day."""

    q = SearchFilter(
        exact=("number", "item__invoice__number", "customer__party__code"),
        any_case=("claim", "item__invoice__customer_po"),
        contains=("customer__party__search",),
        label=_("Dispute, invoice, claim or customer"),
    )
    kind = FacetFilter(label=_("About"), choices=Deduction.choices)
    due_on = DayRangeFilter(field_name="due_on", label=_("Answer by"))

    class Meta:
        model = Dispute
        fields: list[str] = []


class DisputeList(ListPage):
    """What customers do not accept, by the day it is to be answered."""

    title, noun = _("Disputes"), _("disputes")
    permission = VIEW_DISPUTE
    columns = (
        Column("number", _("Dispute"), "code", sort="pk"),
        Column("customer__party__name", _("Customer"), note=lambda row: row.customer.party.code),
        Column("item__invoice__number", _("Invoice"), "code", note=lambda row: row.claim),
        Column("kind", _("About"), value=lambda row: row.get_kind_display()),
        Column("open", _("Still disputed"), "money", sort="open", note=lambda row: row.currency),
        Column("amount", _("Of"), "money", sort="amount", optional=True),
        Column("state", _("State"), "chip", states=STATES, value=state_of),
        Column("opened_at", _("Age"), "age", sort="opened_at", ages=(14, 30)),
        Column("due_on", _("Answer by"), "day", sort="due_on"),
        Column("owner__name", _("Owner"), value=lambda row: row.owner.name if row.owner else _("Nobody")),
        Column("receipt__number", _("Deducted from"), "code", optional=True),
    )
    filters = DisputeFilters
    tabs = (
        Tab("open", _("Open"), OPEN),
        Tab("mine", _("Assigned to me"), lambda user: OPEN & Q(owner=user)),
        Tab("nobody", _("Nobody's"), OPEN & Q(owner=None)),
        Tab("overdue", _("Answer overdue"), overdue),
        Tab("deducted", _("Deductions"), OPEN & Q(receipt__isnull=False)),
        Tab("closed", _("Closed"), ~OPEN),
    )
    buckets = (
        Bucket(_("0–14 days"), aged(0, 14)),
        Bucket(_("15–30"), aged(15, 30), "warn"),
        Bucket(_("31–60"), aged(31, 60), "bad"),
        Bucket(_("Over 60"), aged(61), "bad"),
    )
    sums = (Sum("open", _("Still disputed"), "open", places=2, currency="currency"),)
    actions: ClassVar[Sequence[BulkAction]] = (
        BulkAction(
            "assign", _("Assign"), WORK_DISPUTE, assign, form=DisputeOwnerForm, undo=give_back,
            icon="user-round-plus", past=ngettext_lazy("%(n)d dispute assigned", "%(n)d disputes assigned", "n"),
        ),
        BulkAction(
            "recover", _("To be paid"), WORK_DISPUTE, close_as("recovered"), form=NoteForm, icon="banknote",
            past=ngettext_lazy("%(n)d dispute closed, to be paid", "%(n)d disputes closed, to be paid", "n"),
        ),
        BulkAction(
            "withdraw", _("Withdrawn"), WORK_DISPUTE, close_as("withdrawn"), form=NoteForm, icon="x",
            past=ngettext_lazy("%(n)d dispute withdrawn", "%(n)d disputes withdrawn", "n"),
        ),
    )  # fmt: skip
    siblings = ((_("Write-offs"), "billing:write_off_list"),)
    crumbs = CRUMBS
    default_sort = "due_on"
    empty_title = _("Nobody disputes anything")
    empty_text = _("What customers hold back of their payments, and what they complain about, waits here.")

    def queryset(self, user: User) -> QuerySet[Dispute]:
        return dispute_list(user=user)

    def row_url(self, row: Dispute) -> str:
        return reverse("billing:dispute", args=[row.pk])


def approve(user: User, ids: list[int]) -> Outcome:
    """Each by itself: what may not be approved stays and is told."""
    reach = write_off_list(user=user).filter(pk__in=ids).values_list("pk", flat=True)
    return one_by_one(list(reach), lambda pk: approve_write_offs(By(Actor.of(user)), outcome_ids=[pk]))


def refuse(user: User, ids: list[int], *, reason: str) -> Outcome:
    reach = write_off_list(user=user).filter(pk__in=ids).values_list("pk", flat=True)
    return one_by_one(
        list(reach),
        lambda pk: refuse_write_offs(By(Actor.of(user), reason=reason), outcome_ids=[pk], reason=reason),
    )


class WriteOffFilters(Filters):
    """By dispute, invoice, customer and who proposed it."""

    q = SearchFilter(
        exact=("dispute__number", "dispute__item__invoice__number", "dispute__customer__party__code"),
        contains=("dispute__customer__party__search",),
        label=_("Dispute, invoice or customer"),
    )
    proposed_by = SearchFilter(exact=("proposed_by",), label=_("Proposed by"))
    proposed_at = DayRangeFilter(label=_("Proposed"))

    class Meta:
        model = DisputeOutcome
        fields: list[str] = []


class WriteOffList(ListPage):
    """What was given up, what waits for another person's word, and what was refused."""

    title, noun = _("Write-offs"), _("write-offs")
    permission = VIEW_DISPUTE
    columns = (
        Column("dispute__number", _("Dispute"), "code"),
        Column("dispute__customer__party__name", _("Customer")),
        Column("dispute__item__invoice__number", _("Invoice"), "code"),
        Column("dispute__kind", _("About"), value=lambda row: row.dispute.get_kind_display()),
        Column("amount", _("Amount"), "money", sort="amount", note=lambda row: row.dispute.currency),
        Column("state", _("State"), "chip", states=OUTCOMES),
        Column("note", _("Why"), wide=True),
        Column("proposed_by", _("By")),
        Column("proposed_at", _("Age"), "age", sort="proposed_at", ages=(2, 5)),
        Column("decided_by", _("Decided by"), optional=True, note=lambda row: row.decision_note),
    )
    filters = WriteOffFilters
    tabs = (
        Tab("mine", _("For me"), lambda user: WAITING & ~Q(proposed_by=user.username)),
        Tab("waiting", _("To approve"), WAITING),
        Tab("done", _("Written off"), Q(state=DisputeOutcome.State.DONE)),
        Tab("all", _("All")),
    )
    sums = (Sum("amount", _("Amount"), "amount", places=2, currency="dispute__currency"),)
    actions: ClassVar[Sequence[BulkAction]] = (
        BulkAction(
            "approve", _("Approve"), APPROVE_WRITE_OFF, approve,
            past=ngettext_lazy("%(n)d write-off approved", "%(n)d write-offs approved", "n"),
            confirm=_("{n} write-offs are posted: the invoices and what the customers owe fall by them."),
        ),
        BulkAction(
            "refuse", _("Refuse"), WORK_DISPUTE, refuse, form=ReasonForm, icon="x",
            past=ngettext_lazy("%(n)d write-off refused", "%(n)d write-offs refused", "n"),
        ),
    )  # fmt: skip
    siblings = ((_("Disputes"), "billing:dispute_list"),)
    crumbs = CRUMBS
    default_sort = "-proposed_at"
    empty_title = _("No write-off waits")
    empty_text = _("What somebody may give up on their own word is under Written off.")

    def queryset(self, user: User) -> QuerySet[DisputeOutcome]:
        return write_off_list(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("billing:dispute", args=[row.dispute_id])
