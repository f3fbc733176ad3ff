"""Ageing at any date: what was open then, whatever came since."""

from datetime import timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.test import Client

from billing.collections.ageing import ageing_at
from billing.invoicing.actions.credit_invoice import credit_invoice
from billing.models import CashApplication, CashReceipt, Invoice, OpenItem
from billing.receivables.rules import Application
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.models import User
from tests import factories
from tests.billing.dunning.test_dunning import days_pass
from tests.billing.receivables.test_cash import open_item, receive
from tests.factories import local_day
from tests.trade import Trade


def older(days: int) -> None:
    """All that there is happened so many days before."""
    days_pass(days)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, column in (
            ("billing_invoice", "issued_on"), ("billing_cashapplication", "applied_at"),
            ("billing_cashreceipt", "recorded_at"), ("billing_cashreceipt", "received_on"),
        ):  # fmt: skip
            cast = "::date" if column.endswith("_on") else ""
            cursor.execute(f"UPDATE {table} SET {column} = ({column} - interval '{days} days'){cast}")
        cursor.execute("SET LOCAL session_replication_role = origin")


def at(days_ago: int, user: User) -> list[tuple[Decimal, ...]]:
    rows = ageing_at(local_day() - timedelta(days=days_ago), user=user).order_by("pk")
    return [
        (row.not_due, row.days_30, row.days_60, row.days_90, row.older, row.total, row.unapplied)
        for row in rows
    ]


def test_what_was_open_then_is_told_whatever_came_since(trade: Trade, colleague: Actor) -> None:
    reader = User.objects.get(username="colleague")
    item = open_item(trade, 10)  # due in 30 days
    older(45)
    receive(trade, colleague, item.amount, Application(item.pk, item.amount - 20))
    older(5)
    later = open_item(trade, 3)
    whole, part = item.amount, item.amount - 20
    assert at(51, reader) == []  # before there was anything
    assert at(50, reader) == [(whole, 0, 0, 0, 0, whole, 0)]
    assert at(10, reader) == [(0, whole, 0, 0, 0, whole, 0)]
    assert at(5, reader) == [(0, 20, 0, 0, 0, 20, 20)]
    assert part + 20 == whole
    assert at(0, reader) == [(later.amount, 20, 0, 0, 0, later.amount + 20, 20)]
    assert at(-15, reader) == [(later.amount, 0, 20, 0, 0, later.amount + 20, 20)]


def test_a_memo_counts_until_it_is_used(trade: Trade, colleague: Actor) -> None:
    reader = User.objects.get(username="colleague")
    item = open_item(trade, 10)
    receive(trade, colleague, item.amount, Application(item.pk, item.amount))
    older(3)
    credit_invoice(By(colleague), invoice_id=item.invoice_id, reason="Came back")
    assert at(3, reader) == []
    assert at(0, reader)[0][5] == -item.amount
    other = open_item(trade, 10)
    memo = OpenItem.objects.get(invoice__kind=Invoice.Kind.CREDIT_MEMO)
    receive(
        trade, colleague, Decimal(1), Application(memo.pk, -other.amount + 1),
        Application(other.pk, other.amount),
    )  # fmt: skip
    assert at(0, reader)[0][5] == -1
    assert CashApplication.objects.count() == 3


def test_money_that_was_taken_back_later_was_there(trade: Trade, colleague: Actor) -> None:
    reader = User.objects.get(username="colleague")
    receive(trade, colleague, Decimal(30))
    older(4)
    CashReceipt.objects.update(
        unapplied=0,
        reversed_at=CashReceipt.objects.get().recorded_at + timedelta(days=2),
        reversal_reason="Returned",
    )
    assert at(4, reader) == [(0, 0, 0, 0, 0, 0, 30)]
    assert at(0, reader) == []


def test_the_page_shows_a_day_and_its_own_companies(trade: Trade, client: Client) -> None:
    item = open_item(trade, 10)
    client.force_login(factories.user("finance"))
    yesterday = (local_day() - timedelta(days=1)).isoformat()
    name = item.customer.party.name
    assert name in client.get("/billing/ageing/").content.decode()
    assert name not in client.get(f"/billing/ageing/?on={yesterday}").content.decode()
    assert client.get("/billing/ageing/?on=nonsense").status_code == 200
    assert b"," in client.get("/billing/ageing/?export=csv").getvalue()
    client.force_login(factories.user("finance", scope=f"company:{factories.company().pk}"))
    assert name not in client.get("/billing/ageing/").content.decode()
