"""The invoice exception queue (BI02)."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from billing.exceptions.actions.accept_exceptions import accept_exceptions
from billing.exceptions.actions.assign_exceptions import (
    assign_exceptions,
    defer_exceptions,
    return_exceptions,
)
from billing.exceptions.actions.correct_exceptions import correct_exceptions
from billing.exceptions.forms import AcceptForm, HoldForm, OwnerForm
from billing.exceptions.models import InvoiceException
from billing.exceptions.permissions import (
    ACCEPT_EXCEPTION,
    ASSIGN_EXCEPTION,
    CORRECT_EXCEPTION,
    VIEW_EXCEPTION,
)
from billing.exceptions.queries import exception_list
from erp.kernel.actor import Actor
from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import FacetFilter, Filters, SearchFilter
from erp.kernel.formats import write_number
from erp.kernel.lists import Bucket as AgeBucket
from erp.kernel.lists import BulkAction, ListPage, Outcome, Sum, Tab
from erp.kernel.models import User

Kind = InvoiceException.Kind
OPEN = Q(resolved_at=None)
KINDS = {
    Kind.PRICE_CHANGED: (_("Price"), "warn"),
    Kind.ZERO_PRICE: (_("No price"), "warn"),
    Kind.PO_MISSING: (_("No PO"), "info"),
    Kind.TAX_MISSING: (_("Tax"), "mute"),
    Kind.CUSTOMER_BLOCKED: (_("Blocked"), "bad"),
    Kind.POD_MISSING: (_("No POD"), "info"),
}
NEXT_STEPS = {
    Kind.PRICE_CHANGED: _("Approve or reprice"),
    Kind.ZERO_PRICE: _("Set the price"),
    Kind.PO_MISSING: _("Enter the PO"),
    Kind.TAX_MISSING: _("Choose tax code"),
    Kind.CUSTOMER_BLOCKED: _("Lift the block, re-check"),
    Kind.POD_MISSING: _("Record the delivery"),
}
WITHOUT_ANSWERS = (Kind.PRICE_CHANGED, Kind.CUSTOMER_BLOCKED)


def aged(least: int, most: int | None = None) -> Callable[[User], Q]:
    """Open since at least and at most so many days."""

    def condition(_user: User) -> Q:
        now = timezone.now()
        found = OPEN & Q(opened_at__lte=now - timedelta(days=least)) if least else OPEN
        return found & Q(opened_at__gt=now - timedelta(days=most + 1)) if most is not None else found

    return condition


def variance_percent(row: InvoiceException) -> str:
    """The variance as a share of what is held back."""
    if not row.variance or not row.amount:
        return ""
    share = (row.variance * 100 / row.amount).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return f"{'+' if share > 0 else ''}{write_number(share, 1)} %"


class ExceptionFilters(Filters):
    """By any number on the documents, kind and owner."""

    q = SearchFilter(
        exact=("shipment__number", "order__number", "order__customer__party__code"),
        any_case=("order__customer_po",),
        contains=("order__customer__party__search",),
        label=_("Shipment, customer, order or PO"),
    )
    kind = FacetFilter(label=_("Exception"), choices=Kind.choices)
    owner = django_filters.ChoiceFilter(
        label=_("Owner"), empty_label=_("Anyone"), choices=[], method="owned_by"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["owner"].extra["choices"] = owners(self.queryset)

    class Meta:
        model = InvoiceException
        fields: list[str] = []

    def owned_by(
        self, rows: QuerySet[InvoiceException], _name: str, value: str
    ) -> QuerySet[InvoiceException]:
        return rows.filter(owner=None) if value == "none" else rows.filter(owner=int(value))


def owners(rows: QuerySet[InvoiceException]) -> list[tuple[str, Any]]:
    """Nobody, and whoever owns an open exception among these rows."""
    ids = rows.filter(OPEN, owner__isnull=False).order_by().values("owner")
    named = User.objects.filter(pk__in=ids).order_by("name").values_list("pk", "name")
    return [("none", _("Nobody")), *((str(pk), name) for pk, name in named)]


def accept(user: User, ids: list[int], *, reason: str) -> Outcome:
    """Approve those of others; one's own orders and missing tax codes are told apart."""
    rows = exception_list(user=user).filter(OPEN, pk__in=ids)
    own = [row for row in rows if row.order.submitted_by == user.username]
    untaxed = [row for row in rows if row.kind == Kind.TAX_MISSING and row not in own]
    left = [row.pk for row in rows if row not in own and row not in untaxed]
    result = accept_exceptions(By(Actor.of(user), reason=reason), exception_ids=left, reason=reason)
    refused = [f"{row.order.number} is your own order" for row in own]
    refused += [f"{row.order.number} needs a tax code" for row in untaxed]
    return Outcome(len(result.exception_ids), refused)


def correct(user: User, ids: list[int]) -> Outcome:
    """Take the new price, look at blocks again; what needs an entry of its own is opened one by one."""
    rows = list(exception_list(user=user).filter(OPEN, pk__in=ids))
    result = correct_exceptions(
        By(Actor.of(user)), exception_ids=[row.pk for row in rows if row.kind in WITHOUT_ANSWERS]
    )
    refused = [
        f"{row.order.number}: {NEXT_STEPS[Kind(row.kind)]}" for row in rows if row.kind not in WITHOUT_ANSWERS
    ]
    return Outcome(len(result.exception_ids), refused)


def assign(user: User, ids: list[int], *, owner_id: int | None) -> int:
    return len(assign_exceptions(By(Actor.of(user)), exception_ids=ids, owner_id=owner_id).exception_ids)


def give_back(user: User, ids: list[int]) -> None:
    return_exceptions(By(Actor.of(user)), exception_ids=ids)


def hold(user: User, ids: list[int], *, until: date | str, reason: str) -> int:
    day = until if isinstance(until, date) else date.fromisoformat(until)
    by = By(Actor.of(user), reason=reason)
    return len(defer_exceptions(by, exception_ids=ids, until=day, reason=reason).exception_ids)


class ExceptionQueue(ListPage):
    """Shipped goods that wait for a decision before they are charged."""

    title, noun = _("Invoice exceptions"), _("exceptions")
    permission = VIEW_EXCEPTION
    template = "billing/exceptions/queue.html"
    columns = (
        Column("shipment__number", _("Shipment"), "code"),
        Column("order__customer__party__name", _("Customer")),
        Column("kind", _("Exception"), "chip", states=KINDS),
        Column("order__number", _("Order"), "code", note=lambda row: row.order.customer_po),
        Column("amount", _("Amount"), "money", sort="amount"),
        Column(
            "variance",
            _("Variance"),
            "signed",
            sort="variance",
            note=variance_percent,
            value=lambda row: row.variance or None,
        ),
        Column("opened_at", _("Age"), "age", sort="opened_at", ages=(10, 20)),
        Column("owner__name", _("Owner"), value=lambda row: row.owner.name if row.owner else _("Nobody")),
        Column("due_on", _("Due"), "day", sort="due_on"),
        Column("next", _("Next step"), value=lambda row: NEXT_STEPS[Kind(row.kind)], optional=True),
    )
    filters = ExceptionFilters
    tabs = (
        Tab("open", _("All open"), OPEN),
        Tab("mine", _("Assigned to me"), lambda user: OPEN & Q(owner=user)),
        Tab("price", _("Price variance"), OPEN & Q(kind=Kind.PRICE_CHANGED)),
        Tab("no-price", _("No price"), OPEN & Q(kind=Kind.ZERO_PRICE)),
        Tab("po", _("No PO"), OPEN & Q(kind=Kind.PO_MISSING)),
        Tab("over-20", _("Over 20 days"), aged(21)),
        Tab("resolved", _("Resolved"), ~OPEN),
    )
    buckets = (
        AgeBucket(_("0–5 days"), aged(0, 5)),
        AgeBucket(_("6–10"), aged(6, 10)),
        AgeBucket(_("11–20"), aged(11, 20), "warn"),
        AgeBucket(_("Over 20"), aged(21), "bad"),
    )
    sums = (
        Sum("amount", _("Amount"), "amount", currency="currency"),
        Sum("variance", _("Variance"), "variance", currency="currency"),
    )
    actions: ClassVar[Sequence[BulkAction]] = (
        BulkAction(
            "accept", _("Approve"), ACCEPT_EXCEPTION, accept, form=AcceptForm,
            past=ngettext_lazy("%(n)d exception approved and billed", "%(n)d exceptions approved and billed", "n"),
        ),
        BulkAction(
            "correct", _("Correct"), CORRECT_EXCEPTION, correct, icon="pencil",
            past=ngettext_lazy("%(n)d exception corrected and billed", "%(n)d exceptions corrected and billed", "n"),
            confirm=_("{n} shipments are billed at today's price, as far as nothing else stops them."),
        ),
        BulkAction(
            "assign", _("Assign"), ASSIGN_EXCEPTION, assign, form=OwnerForm, undo=give_back, icon="user-round-plus",
            past=ngettext_lazy("%(n)d exception assigned", "%(n)d exceptions assigned", "n"),
        ),
        BulkAction(
            "hold", _("Hold"), ASSIGN_EXCEPTION, hold, form=HoldForm, icon="circle-pause",
            past=ngettext_lazy("%(n)d exception held", "%(n)d exceptions held", "n"),
        ),
    )  # fmt: skip
    crumbs = ((_("Finance"), ""), (_("Work queues"), ""))
    default_sort = "opened_at"
    empty_title = _("No exception waits")
    empty_text = _("Everything that was shipped is billed, or on its way to be.")

    def queryset(self, user: User) -> QuerySet[InvoiceException]:
        return exception_list(user=user)

    def row_url(self, row: InvoiceException) -> str:
        return reverse("billing:exception", args=[row.pk])

    def peek_url(self, row: InvoiceException) -> str:
        return reverse("billing:exception", args=[row.pk])
