"""Receivables as a reader may see them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils import timezone

from billing.receivables.models import CashApplication, CashReceipt, OpenItem
from billing.receivables.rules import Candidate
from masterdata.models import Customer

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One entry of a statement: what it adds to (or takes from) the balance, and the balance after it."""

    on: date
    document: str
    url_name: str
    key: Any
    amount: Decimal
    balance: Decimal


def open_item_list(*, user: Any) -> QuerySet[OpenItem]:
    """Items in scope, settled ones too."""
    return OpenItem.objects.visible_to(user).select_related("invoice", "customer__party", "company")


def receipt_list(*, user: Any) -> QuerySet[CashReceipt]:
    """Receipts in scope, newest first."""
    return CashReceipt.objects.visible_to(user).select_related("customer__party", "company").order_by("-pk")


def payer_list(*, user: Any) -> QuerySet[Customer]:
    """Customers of the companies in scope."""
    return Customer.objects.visible_to(user).select_related("party", "company", "terms")


def candidates(customer: Customer) -> list[Candidate]:
    """What a payment of a customer may be for, oldest due first."""
    items = customer.open_items.exclude(open=0).select_related("invoice").order_by("due_on", "pk")
    return [Candidate(item.pk, item.invoice.number, item.open, item.due_on) for item in items]


def balance_of(customer: Customer) -> tuple[Decimal, Decimal]:
    """(open items, unapplied cash) of a customer."""
    owed = customer.open_items.exclude(open=0).aggregate(n=Sum("open"))["n"] or ZERO
    waiting = customer.cash_receipts.filter(unapplied__gt=0).aggregate(n=Sum("unapplied"))["n"] or ZERO
    return owed, waiting


def statement(customer: Customer, *, most: int = 200) -> list[StatementRow]:
    """The account's last documents in order with the running balance, ending at today's."""
    items = customer.open_items.select_related("invoice").order_by("-invoice__issued_on", "-pk")[:most]
    receipts = customer.cash_receipts.order_by("-received_on", "-pk")[:most]
    entries: list[tuple[date, str, str, Any, Decimal]] = [
        (item.invoice.issued_on, item.invoice.number, "billing:invoice", item.invoice.number, item.amount)
        for item in items
    ]
    entries += [(row.received_on, row.number, "billing:receipt", row.pk, -row.amount) for row in receipts]
    entries += [
        (timezone.localdate(row.reversed_at), row.number, "billing:receipt", row.pk, row.amount)
        for row in receipts
        if row.reversed_at
    ]
    entries += [
        (timezone.localdate(row.applied_at), row.item.invoice.number, "billing:invoice", row.item.invoice.number,
         -row.amount)
        for row in CashApplication.objects.filter(item__customer=customer)
        .exclude(reason="").select_related("item__invoice").order_by("-pk")[:most]
    ]  # fmt: skip
    entries.sort(key=lambda entry: (entry[0], entry[1]))
    owed, waiting = balance_of(customer)
    balance = owed - waiting - sum((entry[4] for entry in entries), ZERO)
    rows = []
    for on, document, url_name, key, amount in entries:
        balance += amount
        rows.append(StatementRow(on, document, url_name, key, amount, balance))
    return rows[::-1]
