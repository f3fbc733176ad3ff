"""Banks of tests: accounts with a ledger account of their own, and the files that they send."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from billing.banking.actions.keep_bank_accounts import create_bank_account
from billing.banking.actions.match_entries import match_entries
from billing.banking.actions.take_bank_file import take_bank_file
from billing.ledger.models import Account, JournalLine
from billing.models import BankAccount, BankEntry
from erp.kernel.actor import Actor
from erp.kernel.command import By
from masterdata.models import Company
from tests import factories
from tests.factories import local_day

IBAN = "BE68539007547034"
SYSTEM = Actor.system("tests")
LOCKBOX = b"""100ABCDEFGHIJ00999999911605231800
2ABCDEFGHIJ0099999991000000000040008000801
50000000022222160523ABCDEFGHIJ0099999991
6001001000070000005500270700123455550000000180051616BOB E SMITH                   MY BUSINESS COMPANY
40010016019CE554
700100000222221605230010000700000
8000000002222216052300010000700000
9000008
"""


def bank_account(company: Any, number: str = IBAN, **values: Any) -> BankAccount:
    """An account in the company's currency, with a new account of the ledger."""
    company = company if isinstance(company, Company) else Company.objects.get(pk=company)
    ledger = Account.objects.create(
        company=company, code=f"55{factories.number()}", name="Bank in tests", kind=Account.Kind.ASSET
    )
    given = {"kind": "bank", "name": "House bank", "number": number, "currency": company.currency}
    made = create_bank_account(By(SYSTEM), company_id=company.pk, account_id=ledger.pk, **{**given, **values})
    return BankAccount.objects.get(pk=made.bank_account_id)


def mt940(
    account: str,
    entries: Sequence[tuple[str, str]],
    *,
    opening: str = "0.00",
    closing: str = "",
    reference: str = "S1",
    on: date | None = None,
    currency: str = "EUR",
    kind: str = "NTRF",
) -> bytes:
    """A statement with (amount, text) entries; a text may go on with "|name|account" of the other side."""
    day = (on or local_day() - timedelta(days=1)).strftime("%y%m%d")
    end = closing or str(Decimal(opening) + sum((Decimal(amount) for amount, _ in entries), Decimal(0)))
    lines = [f":20:{reference}", f":25:{account}", ":28C:1/1", f":60F:{_signed(opening, day, currency)}"]
    for amount, said in entries:
        text, _, other = said.partition("|")
        name, _, number = other.partition("|")
        mark = "D" if amount.startswith("-") else "C"
        lines.append(f":61:{day}{mark}{amount.lstrip('-').replace('.', ',')}{kind}NONREF")
        lines.append(f":86:166?00TRANSFER?20{text}?31{number}?32{name}")
    lines += [f":62F:{_signed(end, day, currency)}", "-"]
    return "\n".join(lines).encode()


def _signed(amount: str, day: str, currency: str) -> str:
    mark = "D" if amount.startswith("-") else "C"
    return f"{mark}{day}{currency}{amount.lstrip('-').replace('.', ',')}"


def take(bank: BankAccount, entries: Sequence[tuple[str, str]], **more: Any) -> list[BankEntry]:
    """A statement of these entries, taken and looked at; its entries in order."""
    content = mt940(bank.number, entries, currency=bank.currency, **more)
    taken = take_bank_file(By(SYSTEM), name="statement.sta", content=content)
    found = BankEntry.objects.filter(statement__in=taken.statement_ids).order_by("place")
    match_entries(By(SYSTEM), entry_ids=[entry.pk for entry in found])
    return list(found.all())


def ledger_balance(account: Any) -> Decimal:
    """What the books say of an account, debit positive."""
    lines = JournalLine.objects.filter(account_id=getattr(account, "pk", account))
    return sum((line.amount for line in lines), Decimal(0))
