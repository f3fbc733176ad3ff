"""The lists of payables: invoices, what waits of them, what is received and not invoiced, and what is owed."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from billing.payables.actions.accept_exceptions import accept_exceptions
from billing.payables.actions.assign_exceptions import assign_exceptions, return_exceptions
from billing.payables.actions.match_supplier_invoices import match_supplier_invoices
from billing.payables.forms import AcceptForm, OwnerForm
from billing.payables.models import GoodsAccrual, MatchException, Payable, SupplierInvoice
from billing.payables.permissions import ACCEPT_MATCH, VIEW_PAYABLE, WORK_MATCH
from billing.payables.queries import (
    OPEN,
    OWED,
    accrual_list,
    exception_list,
    payable_list,
    supplier_invoice_list,
)
from billing.payables.states import KINDS, NEXT_STEPS, STATES
from erp.kernel.actor import Actor
from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import DayRangeFilter, FacetFilter, Filters, SearchFilter
from erp.kernel.formats import write_quantity
from erp.kernel.lists import Bucket, BulkAction, ListPage, Outcome, Sum, Tab
from erp.kernel.models import User

Kind = MatchException.Kind
State = SupplierInvoice.State
CRUMBS = ((_("Finance"), ""), (_("Payables"), ""))


def aged(field: str, base: Q, least: int, most: int | None = None) -> Callable[[User], Q]:
    """Since at least and at most so many days."""

    def condition(_user: User) -> Q:
        now = timezone.now()
        found = base & Q(**{f"{field}__lte": now - timedelta(days=least)}) if least else base
        return found & Q(**{f"{field}__gt": now - timedelta(days=most + 1)}) if most is not None else found

    return condition


class InvoiceFilters(Filters):
    """By either number, supplier, kind and day."""

    q = SearchFilter(
        exact=("number", "supplier__party__code"),
        any_case=("reference",),
        contains=("supplier__party__search",),
        label=_("Number, supplier's number or supplier"),
    )
    kind = FacetFilter(label=_("Kind"), choices=SupplierInvoice.Kind.choices)
    issued_on = DayRangeFilter(field_name="issued_on", label=_("Dated"))

    class Meta:
        model = SupplierInvoice
        fields: list[str] = []


def match_all(user: User, ids: list[int]) -> Outcome:
    """Those of a selection that wait are matched again; what still waits says so."""
    waiting = supplier_invoice_list(user=user).filter(pk__in=ids, state=State.WAITING)
    result = match_supplier_invoices(By(Actor.of(user)), invoice_ids=[row.pk for row in waiting])
    left = [f"{row.number}: {row.get_state_display()}" for row in waiting if row.pk in result.waiting_ids]
    return Outcome(len(result.posted_ids), left)


class SupplierInvoiceList(ListPage):
    """Every invoice and credit note of suppliers."""

    title, noun = _("Supplier invoices"), _("invoices")
    permission = VIEW_PAYABLE
    template = "billing/payables/invoices.html"
    filters = InvoiceFilters
    columns = (
        Column("number", _("Number"), "code", sort="pk", note=lambda row: row.reference),
        Column("supplier__party__name", _("Supplier"), note=lambda row: row.supplier.party.code),
        Column("kind", _("Kind"), value=lambda row: row.get_kind_display()),
        Column("issued_on", _("Dated"), "day", sort="issued_on"),
        Column("due_on", _("Due"), "day", sort="due_on"),
        Column("gross", _("Gross"), "money", sort="gross", note=lambda row: row.currency),
        Column("state", _("State"), "chip", states=STATES),
        Column("captured_by", _("Entered by"), optional=True),
        Column("source", _("Came as"), value=lambda row: row.get_source_display(), optional=True),
    )
    tabs = (
        Tab("waiting", _("To work"), Q(state=State.WAITING)),
        Tab("posted", _("Posted"), Q(state=State.POSTED)),
        Tab("gone", _("Refused or reversed"), Q(state__in=(State.REFUSED, State.REVERSED))),
        Tab("all", _("All")),
    )
    sums = (Sum("gross", _("Gross"), "gross", places=2, currency="currency"),)
    actions: ClassVar[Sequence[BulkAction]] = (
        BulkAction(
            "match", _("Match again"), WORK_MATCH, match_all, icon="refresh-cw",
            past=ngettext_lazy("%(n)d invoice posted", "%(n)d invoices posted", "n"),
        ),
    )  # fmt: skip
    crumbs = CRUMBS
    default_sort = "-number"
    empty_title = _("No invoice waits")
    empty_text = _(
        "What suppliers charge is matched with what was ordered and received; what is clean is posted."
    )

    def queryset(self, user: User) -> QuerySet[SupplierInvoice]:
        return supplier_invoice_list(user=user)

    def row_url(self, row: SupplierInvoice) -> str:
        return reverse("billing:supplier_invoice", args=[row.number])


class MatchFilters(Filters):
    """By invoice, supplier, kind and owner."""

    q = SearchFilter(
        exact=("invoice__number", "invoice__supplier__party__code"),
        any_case=("invoice__reference",),
        contains=("invoice__supplier__party__search",),
        label=_("Invoice or supplier"),
    )
    kind = FacetFilter(label=_("Exception"), choices=Kind.choices)
    owner = django_filters.ChoiceFilter(
        label=_("Owner"), empty_label=_("Anyone"), choices=[], method="owned_by"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = self.queryset.filter(OPEN, owner__isnull=False).order_by().values("owner")
        named = User.objects.filter(pk__in=ids).order_by("name").values_list("pk", "name")
        self.filters["owner"].extra["choices"] = [
            ("none", _("Nobody")),
            *((str(pk), name) for pk, name in named),
        ]

    class Meta:
        model = MatchException
        fields: list[str] = []

    def owned_by(self, rows: QuerySet[MatchException], _name: str, value: str) -> QuerySet[MatchException]:
        return rows.filter(owner=None) if value == "none" else rows.filter(owner=int(value))


def accept(user: User, ids: list[int], *, reason: str) -> Outcome:
    """Those of others that may be accepted; the rest is told apart with its next step."""
    rows = list(exception_list(user=user).filter(OPEN, pk__in=ids))
    own = [row for row in rows if row.invoice.captured_by == user.username]
    fixed = [row for row in rows if row not in own and row.kind not in MatchException.ACCEPTABLE]
    left = [row.pk for row in rows if row not in own and row not in fixed]
    accept_exceptions(By(Actor.of(user), reason=reason), exception_ids=left, reason=reason)
    refused = [str(_("%(number)s was entered by yourself") % {"number": row.invoice.number}) for row in own]
    refused += [f"{row.invoice.number}: {NEXT_STEPS[Kind(row.kind)]}" for row in fixed]
    return Outcome(len(left), refused)


def assign(user: User, ids: list[int], *, owner_id: int | None) -> int:
    return len(assign_exceptions(By(Actor.of(user)), exception_ids=ids, owner_id=owner_id).exception_ids)


def give_back(user: User, ids: list[int]) -> None:
    return_exceptions(By(Actor.of(user)), exception_ids=ids)


class MatchQueue(ListPage):
    """Why supplier invoices wait, oldest first."""

    title, noun = _("Match exceptions"), _("exceptions")
    permission = VIEW_PAYABLE
    columns = (
        Column("invoice__number", _("Invoice"), "code", note=lambda row: row.invoice.reference),
        Column("invoice__supplier__party__name", _("Supplier")),
        Column("kind", _("Exception"), "chip", states=KINDS),
        Column("detail", _("What is found"), value=lambda row: row.detail),
        Column("amount", _("At stake"), "money", sort="amount"),
        Column("next", _("Next step"), value=lambda row: NEXT_STEPS[Kind(row.kind)]),
        Column("owner__name", _("Owner"), value=lambda row: row.owner.name if row.owner else _("Nobody")),
        Column("due_on", _("Due"), "day", sort="due_on"),
        Column("opened_at", _("Age"), "age", sort="opened_at", ages=(3, 10)),
    )
    filters = MatchFilters
    tabs = (
        Tab("open", _("All open"), OPEN),
        Tab("mine", _("Assigned to me"), lambda user: OPEN & Q(owner=user)),
        Tab("price", _("Price and freight"), OPEN & Q(kind__in=(Kind.PRICE, Kind.FREIGHT, Kind.CREDIT))),
        Tab("goods", _("Not received"), OPEN & Q(kind__in=(Kind.NOT_RECEIVED, Kind.OVER_BILLED))),
        Tab("orders", _("Without an order"), OPEN & Q(kind__in=(Kind.NOT_ORDERED, Kind.COST))),
        Tab("resolved", _("Resolved"), ~OPEN),
    )
    buckets = (
        Bucket(_("0–3 days"), aged("opened_at", OPEN, 0, 3)),
        Bucket(_("4–10"), aged("opened_at", OPEN, 4, 10), "warn"),
        Bucket(_("Over 10"), aged("opened_at", OPEN, 11), "bad"),
    )
    sums = (Sum("amount", _("At stake"), "amount", places=2, currency="invoice__currency"),)
    actions: ClassVar[Sequence[BulkAction]] = (
        BulkAction(
            "accept", _("Accept"), ACCEPT_MATCH, accept, form=AcceptForm,
            past=ngettext_lazy("%(n)d exception accepted", "%(n)d exceptions accepted", "n"),
        ),
        BulkAction(
            "assign", _("Assign"), WORK_MATCH, assign, form=OwnerForm, undo=give_back, icon="user-round-plus",
            past=ngettext_lazy("%(n)d exception assigned", "%(n)d exceptions assigned", "n"),
        ),
    )  # fmt: skip
    crumbs = CRUMBS
    default_sort = "opened_at"
    empty_title = _("No exception waits")
    empty_text = _("Every supplier invoice that came is posted.")

    def queryset(self, user: User) -> QuerySet[MatchException]:
        return exception_list(user=user)

    def row_url(self, row: MatchException) -> str:
        return reverse("billing:supplier_invoice", args=[row.invoice.number])


class AccrualFilters(Filters):
    """By order, return, item and supplier."""

    q = SearchFilter(
        exact=(
            "purchase_line__order__number", "supplier_return__number", "purchase_line__item__code",
            "supplier__party__code",
        ),
        contains=("supplier__party__search",),
        label=_("Order, return, item or supplier"),
    )  # fmt: skip

    class Meta:
        model = GoodsAccrual
        fields: list[str] = []


def what_came(row: GoodsAccrual) -> str:
    """The order line or return that something is owed for."""
    if row.purchase_line is not None:
        return f"{row.purchase_line.order.number}/{row.purchase_line.line}"
    return row.supplier_return.number if row.supplier_return else ""


class AccrualList(ListPage):
    """Goods received, not invoiced, by age: what the account of that name consists of."""

    title, noun = _("Received, not invoiced"), _("rows")
    permission = VIEW_PAYABLE
    filters = AccrualFilters
    columns = (
        Column("document", _("Document"), "code", value=what_came),
        Column("supplier__party__name", _("Supplier"), note=lambda row: row.supplier.party.code),
        Column(
            "item",
            _("Item"),
            "code",
            value=lambda row: row.purchase_line.item.code if row.purchase_line else _("Sent back"),
        ),
        Column(
            "item_name",
            _("Description"),
            value=lambda row: row.purchase_line.item.name if row.purchase_line else "",
        ),
        Column("received", _("Received"), "number", value=lambda row: write_quantity(row.received)),
        Column("billed", _("Invoiced"), "number", value=lambda row: write_quantity(row.billed)),
        Column("value", _("Value"), "money", sort="value"),
        Column("open", _("Not invoiced"), "money", value=lambda row: row.open),
        Column("first_at", _("Age"), "age", sort="first_at", ages=(30, 60)),
    )
    tabs = (
        Tab("open", _("Not invoiced"), OWED),
        Tab("goods", _("Received"), OWED & Q(purchase_line__isnull=False)),
        Tab("back", _("Sent back"), OWED & Q(supplier_return__isnull=False)),
        Tab("done", _("Invoiced"), ~OWED),
    )
    buckets = (
        Bucket(_("0–30 days"), aged("first_at", OWED, 0, 30)),
        Bucket(_("31–60"), aged("first_at", OWED, 31, 60), "warn"),
        Bucket(_("Over 60"), aged("first_at", OWED, 61), "bad"),
    )
    sums = (Sum("open", _("Not invoiced"), "open", places=2, currency="company__currency"),)
    crumbs = CRUMBS
    default_sort = "first_at"
    empty_title = _("Everything that came is invoiced")
    empty_text = _(
        "What is received is owed from that moment on and stands here until its invoice is posted."
    )

    def queryset(self, user: User) -> QuerySet[GoodsAccrual]:
        return accrual_list(user=user)

    def row_url(self, row: GoodsAccrual) -> str:
        if row.purchase_line is not None:
            return reverse("inventory:purchase_order", args=[row.purchase_line.order_id])
        return reverse("inventory:supplier_return", args=[row.supplier_return_id])


class PayableFilters(Filters):
    """By invoice, supplier and day."""

    q = SearchFilter(
        exact=("invoice__number", "supplier__party__code"),
        any_case=("invoice__reference",),
        contains=("supplier__party__search",),
        label=_("Invoice or supplier"),
    )
    due_on = DayRangeFilter(field_name="due_on", label=_("Due"))

    class Meta:
        model = Payable
        fields: list[str] = []


class PayableList(ListPage):
    """What is owed to suppliers, and by them."""

    title, noun = _("Payables"), _("payables")
    permission = VIEW_PAYABLE
    filters = PayableFilters
    columns = (
        Column("invoice__number", _("Invoice"), "code", note=lambda row: row.invoice.reference),
        Column("supplier__party__name", _("Supplier"), note=lambda row: row.supplier.party.code),
        Column("amount", _("Amount"), "signed", value=lambda row: row.amount, note=lambda row: row.currency),
        Column("open", _("Open"), "signed", sort="open", value=lambda row: row.open),
        Column("due_on", _("Due"), "day", sort="due_on"),
        Column("discount", _("Discount"), "money", note=lambda row: row.discount_on and str(row.discount_on)),
    )
    tabs = (
        Tab("open", _("Open"), ~Q(open=0)),
        Tab("due", _("Due"), lambda _user: Q(open__gt=0, due_on__lte=timezone.localdate())),
        Tab("credits", _("Owed by suppliers"), Q(open__lt=0)),
        Tab("settled", _("Settled"), Q(open=0)),
    )
    sums = (Sum("open", _("Open"), "open", places=2, currency="currency"),)
    crumbs = CRUMBS
    default_sort = "due_on"
    empty_title = _("Nothing is owed")
    empty_text = _("Posted supplier invoices stand here until they are settled.")

    def queryset(self, user: User) -> QuerySet[Payable]:
        return payable_list(user=user)

    def row_url(self, row: Payable) -> str:
        return reverse("billing:supplier_invoice", args=[row.invoice.number])
