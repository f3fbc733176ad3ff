"""Journals written straight into the books, for tests of what is read from them."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from billing.ledger.actions.post_journals import Amount, Entry, post_journals
from billing.ledger.models import Purpose
from billing.ledger.statements import BalanceRow
from billing.models import Account, AccountClass, Journal
from erp.kernel import clock
from erp.kernel.batch import Batch
from tests.trade import Trade


def book(
    trade: Trade, on: date, amount: str, purpose: Purpose = Purpose.REVENUE, *, company_id: int | None = None
) -> None:
    """One journal of a day: bank against a purpose; of another company where one is named."""
    value = Decimal(amount)
    company_id = company_id or trade.world.company_id
    entry = Entry(
        kind="invoice",
        company_id=company_id,
        currency="EUR",
        source="test",
        source_id=Journal.objects.count() + 1,
        effective_at=clock.now(),
        accounting_on=on,
        amounts=[Amount(Purpose.CASH, value), Amount(purpose, -value)],
    )
    with transaction.atomic():
        batch = Batch(trade.actor, clock.now())
        post_journals(batch, [entry])
        batch.close()


def figures(rows: list[BalanceRow]) -> dict[str, tuple[int, int, int]]:
    """Debit, credit and balance by account name, of accounts that moved."""
    return {
        row.name: (int(row.debit), int(row.credit), int(row.balance))
        for row in rows
        if row.debit or row.credit
    }


def sort_accounts(company_id: int) -> dict[str, AccountClass]:
    """Give the accounts of a bench company the kinds they have, and three of them a class."""
    for purpose, kind in {
        "revenue": "income", "cogs": "expense", "adjustment": "expense", "tax": "liability", "opening": "equity",
    }.items():  # fmt: skip
        Account.objects.filter(company=company_id, rules__purpose=purpose).update(kind=kind)
    made = {}
    for position, (code, name, kind, subtotal, purpose) in enumerate(
        (
            ("SALES", "Net sales", "income", "", "revenue"),
            ("COS", "Cost of sales", "expense", "Gross profit", "cogs"),
            ("CASH", "Cash at bank", "asset", "", "cash"),
        ),
        1,
    ):
        made[code] = AccountClass.objects.get_or_create(
            code=code, defaults={"name": name, "kind": kind, "position": 10 * position, "subtotal": subtotal}
        )[0]
        Account.objects.filter(company=company_id, rules__purpose=purpose).update(account_class=made[code])
    return made
