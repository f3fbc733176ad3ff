"""What payers owed at the end of any day, by how long it was due then (AR01)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import (
    DateField,
    DateTimeField,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Cast, Coalesce

from billing.receivables.models import CashApplication, CashReceipt, OpenItem
from inventory.stock.models import Money
from masterdata.models import Customer

ZERO = Decimal(0)
# Days overdue from and to, both included; None: without an end. Zero and less: not due.
BRACKETS: tuple[tuple[str, int | None, int | None], ...] = (
    ("not_due", None, 0),
    ("days_30", 1, 30),
    ("days_60", 31, 60),
    ("days_90", 61, 90),
    ("older", 91, None),
)


def ageing_at(on: date, *, user: Any) -> QuerySet[Customer]:
    """Payers who owed or were owed something at the end of a day, each with `total`, the brackets and `unapplied` cash.

    An item is open with its amount less what was applied to it (and of a memo, used of it) until that day, by the
    company's zone. Amounts are in the payer's currency; credit memos count below zero.
    """
    items = _items_at(on).filter(customer=OuterRef("pk"))
    sums = items.order_by().values("customer")
    cash = _cash_at(on).filter(customer=OuterRef("pk")).order_by().values("customer")
    figures = {
        name: _amount(sums.filter(_overdue(on, least, most)).annotate(n=Sum("then")).values("n"))
        for name, least, most in BRACKETS
    }
    rows: Any = Customer.objects.visible_to(user).select_related("party", "company")
    found: QuerySet[Customer] = rows.annotate(
        **figures,
        total=_amount(sums.annotate(n=Sum("then")).values("n")),
        unapplied=_amount(cash.annotate(n=Sum("then")).values("n")),
    ).filter(Exists(items.exclude(then=0)) | ~Q(unapplied=0))
    return found


def _items_at(on: date) -> Any:
    """Items that were issued until the day, with what was open of them `then`; those settled before it are left out."""
    later = CashApplication.objects.filter(Q(item=OuterRef("pk")) | Q(credit=OuterRef("pk")))
    later = later.annotate(day=_day("applied_at", "item__company__time_zone")).filter(day__gt=on)
    until = CashApplication.objects.annotate(day=_day("applied_at", "item__company__time_zone")).filter(
        day__lte=on
    )
    applied = (
        until.filter(item=OuterRef("pk")).order_by().values("item").annotate(n=Sum("amount")).values("n")
    )
    used = (
        until.filter(credit=OuterRef("pk")).order_by().values("credit").annotate(n=Sum("amount")).values("n")
    )
    rows = OpenItem.objects.filter(invoice__issued_on__lte=on).filter(~Q(open=0) | Exists(later))
    return rows.annotate(then=F("amount") - _amount(applied) + _amount(used))


def _cash_at(on: date) -> Any:
    """Receipts that had come until the day, with what of them was not applied `then`."""
    until = CashApplication.objects.annotate(day=_day("applied_at", "item__company__time_zone")).filter(
        day__lte=on
    )
    applied = until.filter(receipt=OuterRef("pk"), reason="").order_by().values("receipt")
    rows = CashReceipt.objects.annotate(
        recorded_day=_day("recorded_at", "company__time_zone"),
        reversed_day=_day("reversed_at", "company__time_zone"),
    )
    rows = rows.filter(recorded_day__lte=on).filter(Q(reversed_at=None) | Q(reversed_day__gt=on))
    return rows.annotate(then=F("amount") - _amount(applied.annotate(n=Sum("amount")).values("n")))


def _overdue(on: date, least: int | None, most: int | None) -> Q:
    found = Q()
    if least is not None:
        found &= Q(due_on__lte=on - timedelta(days=least))
    if most is not None:
        found &= Q(due_on__gte=on - timedelta(days=most))
    return found


def _day(moment: str, zone: str) -> Cast:
    return Cast(Func(F(zone), F(moment), function="timezone", output_field=DateTimeField()), DateField())


def _amount(query: Any) -> Any:
    return Coalesce(Subquery(query), ZERO, output_field=Money())
