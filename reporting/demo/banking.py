"""The house bank of the demo company, and yesterday's statement: what pays invoices, what does not say so, a charge."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import F

from billing.banking.actions.keep_bank_accounts import create_bank_account
from billing.banking.actions.match_entries import match_entries
from billing.banking.actions.take_bank_file import take_bank_file
from billing.banking.models import BankEntry
from billing.ledger.actions.keep_chart import create_account
from billing.ledger.models import Account, AccountClass
from billing.receivables.models import OpenItem
from erp.kernel.command import By
from masterdata.models import Company

from .einvoices import SELLERS
from .masters import MAIN

OPENING = Decimal("184220.55")


def bring_statement(by: Callable[[str, datetime], By], now: datetime) -> None:
    """Open the account at the bank, take yesterday's statement, and look at its entries as a worker does."""
    company = Company.objects.get(code=MAIN)
    ledger = create_account(
        by("finance", now), company_id=company.pk, code="551000", name="House bank", kind=Account.Kind.ASSET,
        account_class_id=AccountClass.objects.get(code="CASH").pk,
    )  # fmt: skip
    number = SELLERS[True]["account_number"]
    create_bank_account(
        by("finance", now), company_id=company.pk, kind="bank", name="KBC house bank", number=number,
        currency=company.currency, account_id=ledger.account_id,
    )  # fmt: skip
    content = _statement(company, number, now)
    taken = take_bank_file(by("finance", now), name="kbc-statement.sta", content=content)
    ids = BankEntry.objects.filter(statement__in=taken.statement_ids).values_list("pk", flat=True)
    match_entries(by("system:billing", now), entry_ids=list(ids))


def _statement(company: Company, number: str, now: datetime) -> bytes:
    """MT940: three invoices paid whole, one short, one that nobody names, rent and the bank's own charge."""
    day = f"{now - timedelta(days=1):%y%m%d}"
    items = OpenItem.objects.filter(company=company, open=F("amount"), open__gt=10)
    rows = []
    for place, item in enumerate(items.select_related("invoice", "customer__party").order_by("pk")[:5]):
        paid = item.open - (Decimal("1.50") if place == 3 else 0)
        said = "Thank you" if place == 4 else f"Invoice {item.invoice.number}"
        rows.append((paid, "NTRF", said, f"BE9{place}00{item.customer_id:09d}", item.customer.party.name))
    rows += [
        (Decimal("-4200.00"), "NTRF", "Rent of the warehouse", "BE43068999999501", "Haven Estates"),
        (Decimal("-18.40"), "NCHG", "Charges of the month", "", ""),
    ]
    closing = OPENING + sum(amount for amount, *_ in rows)
    lines = [":20:STATEMENT", f":25:{number}", ":28C:1/1", f":60F:C{day}EUR{_comma(OPENING)}"]
    for amount, kind, said, account, name in rows:
        lines.append(f":61:{day}{'C' if amount > 0 else 'D'}{_comma(abs(amount))}{kind}NONREF")
        lines.append(f":86:166?00TRANSFER?20{said}?31{account}?32{name}")
    return "\n".join([*lines, f":62F:C{day}EUR{_comma(closing)}", "-", ""]).encode()


def _comma(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")
