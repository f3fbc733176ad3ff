"""Lists of receivables: open items by age, receipts, cash that waits."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.receivables.models import CashReceipt, OpenItem
from billing.receivables.permissions import VIEW_RECEIVABLE
from billing.receivables.queries import open_item_list, receipt_list
from erp.kernel.columns import Column
from erp.kernel.filters import DayRangeFilter, Filters, SearchFilter
from erp.kernel.lists import Bucket, ListPage, Sum, Tab
from erp.kernel.models import User

OPEN = ~Q(open=0)


def overdue(least: int, most: int | None = None) -> Callable[[User], Q]:
    """Open and due for at least, and at most, so many days."""

    def condition(_user: User) -> Q:
        today = timezone.localdate()
        found = OPEN & Q(due_on__lte=today - timedelta(days=least))
        return found & Q(due_on__gte=today - timedelta(days=most)) if most is not None else found

    return condition


def days_late(item: OpenItem) -> int | str:
    """Days beyond the due date of what is still open."""
    late = (timezone.localdate() - item.due_on).days
    return late if item.open > 0 and late > 0 else ""


class ItemFilters(Filters):
    """By number, customer and due date."""

    q = SearchFilter(
        exact=("invoice__number", "customer__party__code"),
        any_case=("invoice__customer_po",),
        contains=("customer__party__search",),
        label=_("Invoice, PO or customer"),
    )
    due_on = DayRangeFilter(field_name="due_on", label=_("Due"))

    class Meta:
        model = OpenItem
        fields: list[str] = []


class ReceivableList(ListPage):
    """What customers owe, by when it is due."""

    title, noun = _("Receivables"), _("items")
    permission = VIEW_RECEIVABLE
    columns = (
        Column("invoice__number", _("Document"), "code"),
        Column("customer__party__name", _("Customer"), note=lambda row: row.customer.party.code),
        Column("invoice__issued_on", _("Issued"), "day", optional=True),
        Column("due_on", _("Due"), "day", sort="due_on"),
        Column("late", _("Days overdue"), "number", value=days_late),
        Column("amount", _("Amount"), "money", sort="amount", note=lambda row: row.currency),
        Column("open", _("Open"), "money", sort="open"),
        Column("disputed", _("Disputed"), "money", value=lambda row: row.disputed or None, optional=True),
    )
    filters = ItemFilters
    tabs = (
        Tab("open", _("Open"), OPEN),
        Tab("overdue", _("Overdue"), overdue(1)),
        Tab("disputed", _("Disputed"), OPEN & Q(disputed__gt=0)),
        Tab("credit", _("Credit memos"), OPEN & Q(open__lt=0)),
        Tab("settled", _("Settled"), ~OPEN),
    )
    buckets = (
        Bucket(_("Not due"), lambda _user: OPEN & Q(due_on__gte=timezone.localdate())),
        Bucket(_("1–30 days"), overdue(1, 30), "warn"),
        Bucket(_("31–60"), overdue(31, 60), "warn"),
        Bucket(_("61–90"), overdue(61, 90), "bad"),
        Bucket(_("Over 90"), overdue(91), "bad"),
    )
    sums = (Sum("open", _("Open"), "open", places=2, currency="currency"),)
    crumbs = ((_("Finance"), ""), (_("Receivables"), ""))
    default_sort = "due_on"
    empty_title = _("Nobody owes anything")
    empty_text = _("Invoices appear here when they are issued and leave when they are settled.")

    def queryset(self, user: User) -> QuerySet[OpenItem]:
        return open_item_list(user=user)

    def row_url(self, row: OpenItem) -> str:
        return reverse("billing:invoice", args=[row.invoice.number])


class ReceiptFilters(Filters):
    """By number, reference, customer and day."""

    q = SearchFilter(
        exact=("number", "customer__party__code"),
        contains=("reference", "customer__party__search"),
        label=_("Receipt, reference or customer"),
    )
    received_on = DayRangeFilter(field_name="received_on", label=_("Received"))

    class Meta:
        model = CashReceipt
        fields: list[str] = []


class CashList(ListPage):
    """Money received; what is not applied first."""

    title, noun = _("Cash receipts"), _("receipts")
    permission = VIEW_RECEIVABLE
    template = "billing/receivables/cash.html"
    columns = (
        Column("number", _("Receipt"), "code", sort="pk"),
        Column("customer__party__name", _("Customer"), note=lambda row: row.customer.party.code),
        Column("received_on", _("Received"), "day", sort="received_on"),
        Column("reference", _("Reference")),
        Column("amount", _("Amount"), "money", note=lambda row: row.currency),
        Column("unapplied", _("Unapplied"), "money", value=lambda row: row.unapplied or Decimal(0)),
        Column("reversed_at", _("Reversed"), "instant", optional=True),
    )
    filters = ReceiptFilters
    tabs = (
        Tab("unapplied", _("Unapplied"), Q(unapplied__gt=0)),
        Tab("reversed", _("Reversed"), Q(reversed_at__isnull=False)),
        Tab("all", _("All")),
    )
    sums = (
        Sum("amount", _("Amount"), "amount", places=2, currency="currency"),
        Sum("unapplied", _("Unapplied"), "unapplied", places=2, currency="currency"),
    )
    crumbs = ((_("Finance"), ""), (_("Receivables"), ""))
    default_sort = "received_on"
    empty_title = _("Every payment is applied")
    empty_text = _("Money that no invoice was found for waits here.")

    def queryset(self, user: User) -> QuerySet[CashReceipt]:
        return receipt_list(user=user)

    def row_url(self, row: CashReceipt) -> str:
        return reverse("billing:receipt", args=[row.pk])
