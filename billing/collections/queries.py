"""What is to be collected, payer by payer, as a reader may see it."""

from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateField,
    DateTimeField,
    Exists,
    F,
    Func,
    Min,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Greatest

from billing.collections.models import CollectionNote, PaymentPromise
from billing.receivables.models import CashReceipt, OpenItem
from erp.kernel.clock import now
from inventory.stock.models import Money
from masterdata.models import Customer
from masterdata.places.queries import is_past

ZERO = Decimal(0)
KEPT, BROKEN, OPEN, ENDED = "kept", "broken", "open", "ended"


def promise_list(*, user: Any) -> QuerySet[PaymentPromise]:
    """Promises in scope, newest first, with `paid` and `standing`."""
    rows = PaymentPromise.objects.visible_to(user).select_related("customer__party", "company")
    found: QuerySet[PaymentPromise] = with_standing(rows).order_by("-pk")
    return found


def with_standing(promises: QuerySet[PaymentPromise]) -> Any:
    """`paid`: money that was recorded while the promise stood, and received from its making until its day.

    `standing`: kept once that is all of it; broken when its day is over without; ended when another one took its place
    before; else open.
    """
    until = Coalesce(F("ended_at"), Value(now()))
    came = CashReceipt.objects.filter(
        customer=OuterRef("customer_id"),
        reversed_at=None,
        recorded_at__gte=OuterRef("made_at"),
        recorded_at__lt=OuterRef("until"),
        received_on__range=(OuterRef("made_on"), OuterRef("promised_on")),
    )
    paid = came.order_by().values("customer").annotate(total=Sum("amount")).values("total")
    on = Func(F("company__time_zone"), F("until"), function="timezone", output_field=DateTimeField())
    return promises.annotate(until=until).annotate(
        paid=Coalesce(Subquery(paid), ZERO, output_field=Money()),
        judged_on=Cast(on, DateField()),
        standing=Case(
            When(paid__gte=F("amount"), then=Value(KEPT)),
            When(promised_on__lt=F("judged_on"), then=Value(BROKEN)),
            When(ended_at__isnull=False, then=Value(ENDED)),
            default=Value(OPEN),
            output_field=CharField(),
        ),
    )


def worklist(*, user: Any) -> QuerySet[Customer]:
    """Payers with something overdue, each with `overdue`, what of it is `disputed`, `unapplied` cash, and `at_risk`:
    what is overdue, not disputed and not covered by cash.

    Also `oldest_due`, the promise that stands, and what was last said. Amounts are in the payer's currency.
    """
    late = _late()
    sums = late.order_by().values("customer")
    cash = CashReceipt.objects.filter(customer=OuterRef("pk"), unapplied__gt=0).order_by().values("customer")
    promises = with_standing(PaymentPromise.objects.filter(customer=OuterRef("pk"), ended_at=None))
    notes = CollectionNote.objects.filter(customer=OuterRef("pk")).order_by("-pk")
    rows: Any = Customer.objects.visible_to(user).filter(Exists(late)).select_related(
        "party", "company", "collection__collector"
    )  # fmt: skip
    rows = rows.annotate(
        overdue=_amount(sums.annotate(n=Sum("open")).values("n")),
        disputed=_amount(sums.annotate(n=Sum("disputed")).values("n")),
        unapplied=_amount(cash.annotate(n=Sum("unapplied")).values("n")),
        oldest_due=Subquery(sums.annotate(n=Min("due_on")).values("n")),
        promised=Subquery(promises.values("amount")[:1]),
        promised_on=Subquery(promises.values("promised_on")[:1]),
        promise=Coalesce(Subquery(promises.values("standing")[:1]), Value(""), output_field=CharField()),
        said=Coalesce(Subquery(notes.values("text")[:1]), Value(""), output_field=CharField()),
    )
    ranked: QuerySet[Customer] = rows.annotate(
        at_risk=Greatest(F("overdue") - F("disputed") - F("unapplied"), ZERO, output_field=Money())
    )
    return ranked


def payers_overdue(*, user: Any) -> QuerySet[Customer]:
    """The same payers without figures: to be counted."""
    return Customer.objects.visible_to(user).filter(Exists(_late()))


def _late() -> QuerySet[OpenItem]:
    rows = OpenItem.objects.filter(
        is_past("due_on", "company__time_zone", now()), customer=OuterRef("pk"), open__gt=0
    )
    return rows.exclude(open=0)


def payer_of(pk: int, *, user: Any) -> QuerySet[Customer]:
    """One payer, with something overdue or not."""
    rows = Customer.objects.visible_to(user).filter(pk=pk)
    return rows.select_related("party", "company", "terms", "collection__collector")


def overdue_items(customer: Customer) -> QuerySet[OpenItem]:
    """What of a payer is overdue, the oldest first."""
    late = customer.open_items.filter(is_past("due_on", "company__time_zone", now()), open__gt=0)
    return late.exclude(open=0).select_related("invoice").order_by("due_on", "pk")


def _amount(query: Any) -> Any:
    return Coalesce(Subquery(query), ZERO, output_field=Money())
