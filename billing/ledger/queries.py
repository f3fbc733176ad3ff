"""The books as a reader may see them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from billing.ledger.models import Account, AccountRule, Journal, JournalLine, UnmappedPosting
from masterdata.models import AccountingPeriod, Company, Party, Site

TRIAL_BALANCE = """
SELECT a.id, a.code, a.name, a.kind,
    coalesce(sum(l.amount) FILTER (WHERE l.amount > 0), 0), coalesce(-sum(l.amount) FILTER (WHERE l.amount < 0), 0),
    coalesce(sum(l.amount), 0)
FROM billing_account a
LEFT JOIN billing_journalline l ON l.account_id = a.id AND l.accounting_on <= %s
WHERE a.company_id = %s GROUP BY a.id ORDER BY a.code"""


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """One account of a trial balance; debit and credit are turnovers, `balance` is debit less credit."""

    account_id: int
    code: str
    name: str
    kind: str
    debit: Decimal
    credit: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One journal line with the names behind its ids."""

    account: Account
    amount: Decimal
    site: str
    party: str

    @property
    def debit(self) -> Decimal | None:
        return self.amount if self.amount > 0 else None

    @property
    def credit(self) -> Decimal | None:
        return -self.amount if self.amount < 0 else None


def account_list(*, user: Any) -> QuerySet[Account]:
    """Accounts of the companies in scope."""
    return Account.objects.visible_to(user).select_related("company")


def rule_list(*, user: Any) -> QuerySet[AccountRule]:
    """Account rules of the companies in scope."""
    companies = Company.objects.visible_to(user)
    rules = AccountRule.objects.filter(company__in=companies).select_related(
        "company", "item_class", "account"
    )
    return rules.order_by("company", "purpose", "item_class")


def journal_list(*, user: Any) -> QuerySet[Journal]:
    """Journals of the companies in scope, newest first."""
    return Journal.objects.visible_to(user).select_related("company").order_by("-pk")


def journal_of(*, user: Any, source: str, source_id: int) -> Journal | None:
    """The journal that a document posted."""
    return journal_list(user=user).filter(source=source, source_id=source_id).first()


def journal_lines(journal: Journal) -> list[ShownLine]:
    """A journal's lines with names; four statements."""
    lines = list(JournalLine.objects.filter(journal_id=journal.pk).order_by("pk"))
    accounts = Account.objects.in_bulk({line.account_id for line in lines})
    sites = dict(Site.objects.filter(pk__in={line.site_id for line in lines}).values_list("pk", "code"))
    parties = dict(Party.objects.filter(pk__in={line.party_id for line in lines}).values_list("pk", "name"))
    return [
        ShownLine(
            accounts[line.account_id],
            line.amount,
            sites.get(line.site_id or 0, ""),
            parties.get(line.party_id or 0, ""),
        )
        for line in lines
    ]


def trial_balance(*, company_id: int, on: date) -> list[BalanceRow]:
    """Every account's turnover and balance up to and including a day."""
    with connection.cursor() as cursor:
        cursor.execute(TRIAL_BALANCE, [on, company_id])
        return [BalanceRow(*row) for row in cursor.fetchall()]


def unmapped_list(*, user: Any) -> QuerySet[UnmappedPosting]:
    """Postings that found no account."""
    return UnmappedPosting.objects.visible_to(user).select_related("company", "item_class")


def period_list(*, user: Any) -> QuerySet[AccountingPeriod]:
    """Accounting periods in scope, newest first."""
    return AccountingPeriod.objects.visible_to(user).select_related("company").order_by("-starts_on")
