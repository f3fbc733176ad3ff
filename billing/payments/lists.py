"""The lists of payments: runs, what left the bank, and where suppliers are paid."""

from collections.abc import Sequence
from typing import ClassVar

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from billing.payments.actions.keep_bank_details import decide_bank_details
from billing.payments.models import BankDetails, Payment, PaymentRun
from billing.payments.permissions import APPROVE_BANK_DETAILS, VIEW_PAYMENT
from billing.payments.queries import details_list, payment_list, run_list
from billing.payments.states import DETAILS, RUNS
from erp.kernel.actor import Actor
from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import DayRangeFilter, Filters, SearchFilter
from erp.kernel.lists import BulkAction, ListPage, Outcome, Sum, Tab, one_by_one
from erp.kernel.models import User

CRUMBS = ((_("Finance"), ""), (_("Payments"), ""))


class RunFilters(Filters):
    """By number and day."""

    q = SearchFilter(exact=("number",), label=_("Number"))
    pay_on = DayRangeFilter(field_name="pay_on", label=_("Paid on"))

    class Meta:
        model = PaymentRun
        fields: list[str] = []


class PaymentRunList(ListPage):
    """What is proposed to be paid, and what was."""

    title, noun = _("Payment runs"), _("runs")
    permission = VIEW_PAYMENT
    template = "billing/payments/runs.html"
    filters = RunFilters
    columns = (
        Column("number", _("Number"), "code", sort="pk"),
        Column("bank_account__name", _("Out of")),
        Column("pay_on", _("Paid on"), "day", sort="pay_on"),
        Column("due_until", _("Due until"), "day"),
        Column("state", _("State"), "chip", states=RUNS),
        Column("total", _("Total"), "money", sort="total", note=lambda row: row.currency),
        Column("created_by", _("Proposed by")),
        Column("decided_by", _("Decided by")),
    )
    tabs = (
        Tab("waiting", _("To approve"), Q(state="proposed")),
        Tab("approved", _("Approved"), Q(state="approved")),
        Tab("all", _("All")),
    )
    sums = (Sum("total", _("Total"), "total", places=2, currency="currency"),)
    crumbs = CRUMBS
    default_sort = "-number"
    empty_title = _("No run waits")
    empty_text = _("What is due is proposed by one person and let go by another.")

    def queryset(self, user: User) -> QuerySet[PaymentRun]:
        return run_list(user=user)

    def row_url(self, row: PaymentRun) -> str:
        return reverse("billing:payment_run", args=[row.pk])


class PaymentFilters(Filters):
    """By payment, run and supplier."""

    q = SearchFilter(
        exact=("number", "run__number", "supplier__party__code", "iban"),
        contains=("supplier__party__search",),
        label=_("Payment, run or supplier"),
    )

    class Meta:
        model = Payment
        fields: list[str] = []


class PaymentList(ListPage):
    """What suppliers were paid."""

    title, noun = _("Payments"), _("payments")
    permission = VIEW_PAYMENT
    filters = PaymentFilters
    columns = (
        Column("number", _("Number"), "code", sort="pk", note=lambda row: row.run.number),
        Column("supplier__party__name", _("Supplier"), note=lambda row: row.supplier.party.code),
        Column("amount", _("Amount"), "money", sort="amount", note=lambda row: row.currency),
        Column("run__pay_on", _("Paid on"), "day"),
        Column("iban", _("To"), "code", note=lambda row: row.holder),
        Column("remittance", _("For")),
        Column("reason", _("Came back"), value=lambda row: row.reason),
    )
    tabs = (
        Tab("paid", _("Paid"), Q(reversed_at=None)),
        Tab("back", _("Came back"), Q(reversed_at__isnull=False)),
        Tab("all", _("All")),
    )
    sums = (Sum("amount", _("Amount"), "amount", places=2, currency="currency"),)
    crumbs = CRUMBS
    default_sort = "-number"
    empty_title = _("Nothing was paid")
    empty_text = _("Payments leave with approved runs.")

    def queryset(self, user: User) -> QuerySet[Payment]:
        return payment_list(user=user)

    def row_url(self, row: Payment) -> str:
        return reverse("billing:payment_run", args=[row.run_id])


class DetailsFilters(Filters):
    """By supplier and account."""

    q = SearchFilter(
        exact=("iban", "supplier__party__code"),
        contains=("supplier__party__search", "holder"),
        label=_("Supplier, holder or IBAN"),
    )

    class Meta:
        model = BankDetails
        fields: list[str] = []


def _decide(user: User, ids: list[int], *, confirm: bool) -> Outcome:
    """Each on its own: what one may not decide stays, with the reason."""
    waiting = details_list(user=user).filter(pk__in=ids, state=BankDetails.State.PROPOSED)
    return one_by_one(
        waiting.order_by("pk").values_list("pk", flat=True),
        lambda pk: decide_bank_details(By(Actor.of(user)), details_id=pk, confirm=confirm),
    )


def confirm(user: User, ids: list[int]) -> Outcome:
    return _decide(user, ids, confirm=True)


def refuse(user: User, ids: list[int]) -> Outcome:
    return _decide(user, ids, confirm=False)


class BankDetailsList(ListPage):
    """Where suppliers are paid, as one entered and another confirmed it."""

    title, noun = _("Bank details"), _("bank details")
    permission = VIEW_PAYMENT
    template = "billing/payments/details.html"
    filters = DetailsFilters
    columns = (
        Column("supplier__party__name", _("Supplier"), note=lambda row: row.supplier.party.code),
        Column("iban", _("IBAN"), "code", note=lambda row: row.bic),
        Column("holder", _("Account holder")),
        Column("note", _("How it was checked")),
        Column("state", _("State"), "chip", states=DETAILS),
        Column("proposed_by", _("Entered by")),
        Column("decided_by", _("Decided by")),
        Column("proposed_at", _("Age"), "age", sort="proposed_at", ages=(2, 5)),
    )
    tabs = (
        Tab("waiting", _("To confirm"), Q(state="proposed")),
        Tab("confirmed", _("Confirmed"), Q(state="confirmed")),
        Tab("gone", _("Refused or replaced"), Q(state__in=("refused", "replaced"))),
        Tab("all", _("All")),
    )
    actions: ClassVar[Sequence[BulkAction]] = (
        BulkAction(
            "confirm", _("Confirm"), APPROVE_BANK_DETAILS, confirm,
            past=ngettext_lazy("%(n)d confirmed", "%(n)d confirmed", "n"),
        ),
        BulkAction(
            "refuse", _("Refuse"), APPROVE_BANK_DETAILS, refuse, icon="x",
            past=ngettext_lazy("%(n)d refused", "%(n)d refused", "n"),
        ),
    )  # fmt: skip
    crumbs = CRUMBS
    default_sort = "-proposed_at"
    empty_title = _("No bank details wait")
    empty_text = _("A supplier is paid to what one person entered and another confirmed.")

    def queryset(self, user: User) -> QuerySet[BankDetails]:
        return details_list(user=user)
