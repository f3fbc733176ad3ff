"""Lists of invoices and of what waits to be invoiced."""

from datetime import timedelta
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.invoicing.actions.invoice_shipments import INVOICE
from billing.invoicing.models import Billable, Invoice
from billing.invoicing.permissions import VIEW_INVOICE
from billing.invoicing.queries import invoice_list, unbilled
from erp.kernel.columns import Column
from erp.kernel.filters import DayRangeFilter, FacetFilter, Filters, SearchFilter
from erp.kernel.lists import Bucket, ListPage, Sum, Tab
from erp.kernel.models import User
from inventory.outbound.models import Shipment
from masterdata.models import Company, Customer

KINDS = {
    Invoice.Kind.INVOICE: (_("Invoice"), "info"),
    Invoice.Kind.CREDIT_MEMO: (_("Credit memo"), "mute"),
}
STATES = {
    "paid": (_("Settled"), "ok"),
    "part": (_("Partly paid"), "info"),
    "open": (_("Open"), "info"),
    "overdue": (_("Overdue"), "bad"),
}


def standing(invoice: Invoice) -> str:
    """Where the money of a document stands, a key of STATES."""
    item = invoice.open_item
    if not item.open:
        return "paid"
    if item.open > 0 and item.due_on < timezone.localdate():
        return "overdue"
    return "open" if item.open == item.amount else "part"


def state_of(invoice: Invoice) -> tuple[Any, str]:
    """The chip of a document."""
    return STATES[standing(invoice)]


class InvoiceFilters(Filters):
    """By any number, kind and date."""

    q = SearchFilter(
        exact=("number", "order__number", "shipment__number", "bill_to__party__code"),
        any_case=("customer_po",),
        contains=("bill_to__party__search",),
        label=_("Invoice, order, PO, customer"),
    )
    kind = FacetFilter(label=_("Kind"), choices=Invoice.Kind.choices)
    issued_on = DayRangeFilter(field_name="issued_on", label=_("Issued"))

    class Meta:
        model = Invoice
        fields: list[str] = []


class InvoiceList(ListPage):
    """Every issued document."""

    title, noun = _("Invoices"), _("invoices")
    permission = VIEW_INVOICE
    columns = (
        Column("number", _("Invoice"), "code", sort="pk"),
        Column("kind", _("Kind"), "chip", states=KINDS, optional=True),
        Column("issued_on", _("Issued"), "day", sort="issued_on"),
        Column("bill_to__party__name", _("Customer"), note=lambda row: row.bill_to.party.code),
        Column("order__number", _("Order"), "code", note=lambda row: row.customer_po),
        Column("net", _("Net"), "money", optional=True),
        Column("gross", _("Gross"), "money", note=lambda row: row.currency),
        Column("open_item__open", _("Open"), "money"),
        Column("due_on", _("Due"), "day"),
        Column("standing", _("State"), "chip", states=STATES, value=standing),
    )
    filters = InvoiceFilters
    tabs = (
        Tab("all", _("All")),
        Tab("open", _("Open"), Q(open_item__open__gt=0) | Q(open_item__open__lt=0)),
        Tab("overdue", _("Overdue"), lambda _user: Q(open_item__open__gt=0, due_on__lt=timezone.localdate())),
        Tab("credit", _("Credit memos"), Q(kind=Invoice.Kind.CREDIT_MEMO)),
    )
    sums = (
        Sum("gross", _("Gross"), "gross", currency="currency"),
        Sum("open", _("Open"), "open_item__open", currency="currency"),
    )
    crumbs = ((_("Finance"), ""), (_("Receivables"), ""))
    default_sort = "-number"
    empty_title = _("No invoice yet")
    empty_text = _("Invoices appear here seconds after their shipment is confirmed.")

    def queryset(self, user: User) -> QuerySet[Invoice]:
        return invoice_list(user=user)

    def row_url(self, row: Invoice) -> str:
        return reverse("billing:invoice", args=[row.number])


class UnbilledFilters(Filters):
    """By shipment, order or customer."""

    q = SearchFilter(
        exact=("shipment__number", "order__number", "order__customer__party__code"),
        contains=("order__customer__party__search",),
        label=_("Shipment, order, customer"),
    )

    class Meta:
        model = Billable
        fields: list[str] = []


class UnbilledList(ListPage):
    """What has left and is not charged yet, and why (BI01)."""

    title, noun = _("Unbilled"), _("lines")
    permission = VIEW_INVOICE
    template = "billing/invoicing/unbilled.html"
    columns = (
        Column("shipment__number", _("Shipment"), "code"),
        Column("order__number", _("Order"), "code"),
        Column("order__customer__party__name", _("Customer")),
        Column("order_line__item__code", _("Item"), "code", note=lambda row: row.order_line.description),
        Column("quantity", _("Quantity"), "quantity"),
        Column("order_line__unit_price", _("Price"), "money", note=lambda row: row.order_line.unit_id),
        Column("earned_at", _("Age"), "age", sort="earned_at", ages=(1, 3)),
        Column("why", _("Waits for"), "chip", value=lambda row: row.why, states={
            "": (_("Next run"), "info"), "delivery": (_("Delivery"), "mute"), "exception": (_("Exception"), "warn")}),
    )  # fmt: skip
    filters = UnbilledFilters
    tabs = (
        Tab("all", _("All unbilled")),
        Tab("run", _("Ready for the next run"), Q(why="")),
        Tab("delivery", _("On the way to who is billed on delivery"), Q(why="delivery")),
        Tab("stopped", _("Stopped by an exception"), Q(why="exception")),
    )
    buckets = (
        Bucket(_("Today"), lambda _user: Q(earned_at__gte=timezone.now() - timedelta(days=1))),
        Bucket(_("Over 1 day"), lambda _user: Q(earned_at__lt=timezone.now() - timedelta(days=1)), "warn"),
        Bucket(_("Over 3 days"), lambda _user: Q(earned_at__lt=timezone.now() - timedelta(days=3)), "bad"),
    )
    sums = (Sum("value", _("Net"), "value", currency="order__currency"),)
    crumbs = ((_("Finance"), ""), (_("Work queues"), ""))
    default_sort = "earned_at"
    empty_title = _("Everything is billed")
    empty_text = _("What leaves the house is charged within seconds; nothing waits.")

    def queryset(self, user: User) -> QuerySet[Billable]:
        # The exception room stands above this one; its rows are reached through the shipment they point at.
        waiting = Shipment.objects.filter(
            pk=OuterRef("shipment"), invoice_exceptions__isnull=False, invoice_exceptions__resolved_at=None
        )
        under_way = Q(
            order__customer__billing_trigger=Customer.BillingTrigger.DELIVERY, shipment__delivered_on=None
        )
        return unbilled(user=user).annotate(
            value=F("quantity") * F("order_line__net") / F("order_line__stock_quantity"),
            why=Case(
                When(Exists(waiting), then=Value("exception")),
                When(under_way, then=Value("delivery")),
                default=Value(""),
            ),
        )

    def more(self, request: HttpRequest) -> dict[str, Any]:
        if not request.user.has_perm(INVOICE):
            return {}
        return {"companies": list(Company.objects.visible_to(request.user))}
