"""The list of e-invoices: all of them, and those that somebody has to work."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from billing.einvoice.actions.regenerate_einvoices import regenerate_einvoices
from billing.einvoice.actions.work_einvoices import assign_einvoices, waive_einvoices
from billing.einvoice.forms import OwnerForm, WaiveForm
from billing.einvoice.models import EInvoice
from billing.einvoice.permissions import VIEW_EINVOICE, WORK_EINVOICE
from billing.einvoice.queries import einvoice_list
from erp.kernel.actor import Actor
from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import DayRangeFilter, FacetFilter, Filters, SearchFilter
from erp.kernel.lists import BulkAction, ListPage, Outcome, Tab
from erp.kernel.models import User
from masterdata.parties.models import EInvoiceProfile

State = EInvoice.State
STATES = {
    State.PENDING: (_("Being made"), "mute"),
    State.FAILED: (_("Not valid"), "bad"),
    State.ARCHIVED: (_("Archived"), "info"),
    State.SENT: (_("Sent"), "info"),
    State.ACCEPTED: (_("Accepted"), "ok"),
    State.REJECTED: (_("Rejected"), "bad"),
    State.WAIVED: (_("Settled otherwise"), "mute"),
}
TO_WORK = Q(state__in=EInvoice.TO_WORK)


class EInvoiceFilters(Filters):
    """By any number, state, format and date."""

    q = SearchFilter(
        exact=("invoice__number", "invoice__order__number", "customer__party__code"),
        any_case=("invoice__customer_po",),
        contains=("customer__party__search",),
        label=_("Invoice, order, PO, customer"),
    )
    state = FacetFilter(label=_("State"), choices=State.choices)
    format = FacetFilter(
        label=_("Format"), choices=[pair for pair in EInvoiceProfile.Format.choices if pair[0] != "none"]
    )
    issued_on = DayRangeFilter(field_name="invoice__issued_on", label=_("Issued"))

    class Meta:
        model = EInvoice
        fields: list[str] = []


def waiting(user: User, ids: Sequence[int]) -> tuple[list[int], list[str]]:
    """Those of a selection that wait for somebody, and what is said of the others."""
    rows = list(einvoice_list(user=user).filter(pk__in=ids))
    left = [row.pk for row in rows if row.state in EInvoice.TO_WORK]
    refused = [f"{row.invoice.number}: {row.get_state_display()}" for row in rows if row.pk not in left]
    return left, refused


def regenerate(user: User, ids: list[int]) -> Outcome:
    left, refused = waiting(user, ids)
    made = regenerate_einvoices(By(Actor.of(user)), einvoice_ids=left)
    return Outcome(len(made.einvoice_ids), refused)


def waive(user: User, ids: list[int], *, reason: str) -> Outcome:
    left, refused = waiting(user, ids)
    done = waive_einvoices(By(Actor.of(user), reason=reason), einvoice_ids=left, reason=reason)
    return Outcome(len(done.einvoice_ids), refused)


def assign(user: User, ids: list[int], *, owner_id: int | None) -> Outcome:
    left, refused = waiting(user, ids)
    done = assign_einvoices(By(Actor.of(user)), einvoice_ids=left, owner_id=owner_id)
    return Outcome(len(done.einvoice_ids), refused)


class EInvoiceList(ListPage):
    """Every e-invoice with where it stands."""

    title, noun = _("E-invoices"), _("e-invoices")
    permission = VIEW_EINVOICE
    columns = (
        Column("invoice__number", _("Invoice"), "code", sort="pk"),
        Column("invoice__issued_on", _("Issued"), "day"),
        Column("customer__party__name", _("Customer"), note=lambda row: row.customer.party.code),
        Column("format", _("Format"), value=lambda row: row.get_format_display()),
        Column("state", _("State"), "chip", states=STATES),
        Column("detail", _("Why")),
        Column("invoice__gross", _("Gross"), "money", note=lambda row: row.invoice.currency),
        Column("state_at", _("Since"), "instant", optional=True),
        Column("opened_at", _("Waits"), "age", ages=(2, 5), optional=True),
        Column("owner__name", _("Owner"), value=lambda row: row.owner.name if row.owner else ""),
        Column("due_on", _("Due"), "day", optional=True),
    )
    filters = EInvoiceFilters
    tabs = (
        Tab("work", _("To work"), TO_WORK),
        Tab("mine", _("Assigned to me"), lambda user: TO_WORK & Q(owner=user)),
        Tab("out", _("With the customer"), Q(state__in=EInvoice.OUT)),
        Tab("all", _("All")),
    )
    actions: ClassVar[Sequence[BulkAction]] = (
        BulkAction(
            "regenerate", _("Make again"), WORK_EINVOICE, regenerate, icon="refresh-cw",
            past=ngettext_lazy("%(n)d e-invoice is made again", "%(n)d e-invoices are made again", "n"),
        ),
        BulkAction(
            "assign", _("Assign"), WORK_EINVOICE, assign, form=OwnerForm, icon="user-round-plus",
            past=ngettext_lazy("%(n)d e-invoice assigned", "%(n)d e-invoices assigned", "n"),
        ),
        BulkAction(
            "waive", _("Settle otherwise"), WORK_EINVOICE, waive, form=WaiveForm, icon="circle-slash",
            past=ngettext_lazy("%(n)d e-invoice settled", "%(n)d e-invoices settled", "n"),
        ),
    )  # fmt: skip
    crumbs = ((_("Finance"), ""), (_("Receivables"), ""))
    default_sort = "-invoice__number"
    empty_title = _("No e-invoice here")
    empty_text = _("They are made of every invoice whose customer wants them, seconds after it is posted.")

    def queryset(self, user: User) -> QuerySet[EInvoice]:
        return einvoice_list(user=user)

    def row_url(self, row: EInvoice) -> str:
        return reverse("billing:einvoice", args=[row.pk])


def chip_of(einvoice: EInvoice) -> tuple[Any, str]:
    """Its state in a word, and how that sounds."""
    return STATES[State(einvoice.state)]
