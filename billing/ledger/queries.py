"""The books as a reader may see them."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery

from billing.ledger.models import (
    Account,
    AccountClass,
    AccountRule,
    Journal,
    JournalLine,
    UnmappedPosting,
)
from billing.ledger.permissions import VIEW_LEDGER
from billing.ledger.statements import BalanceRow
from erp.kernel.access import access_of
from masterdata.models import AccountingPeriod, Company, Party, Site

# Closed periods that lie within the days asked for are one run, since they close in order (proof G11): they are read
# as they were kept, and lines only before and behind them.
TURNOVER = """
WITH asked AS (SELECT %s::bigint AS company_id, %s::date AS since, %s::date AS until),
kept AS MATERIALIZED (
    SELECT p.id, p.starts_on, p.ends_on FROM masterdata_accountingperiod p, asked
    WHERE p.company_id = asked.company_id AND p.closed_at IS NOT NULL
        AND p.starts_on >= asked.since AND p.ends_on <= asked.until),
run AS MATERIALIZED (
    SELECT asked.since, asked.until, coalesce(min(kept.starts_on), asked.until + 1) AS kept_from,
        coalesce(max(kept.ends_on), asked.until) AS kept_to
    FROM asked LEFT JOIN kept ON true GROUP BY asked.since, asked.until)
SELECT a.id, a.code, a.name, a.kind, coalesce(b.debit, 0) + coalesce(l.debit, 0),
    coalesce(b.credit, 0) + coalesce(l.credit, 0), a.account_class_id, a.is_intercompany
FROM asked JOIN billing_account a ON a.company_id = asked.company_id
LEFT JOIN (
    SELECT account_id, sum(debit) AS debit, sum(credit) AS credit FROM billing_periodbalance
    WHERE period_id IN (SELECT id FROM kept) GROUP BY account_id) b ON b.account_id = a.id
LEFT JOIN LATERAL (
    SELECT sum(amount) FILTER (WHERE amount > 0) AS debit, -sum(amount) FILTER (WHERE amount < 0) AS credit FROM (
        SELECT x.amount FROM billing_journalline x, run
        WHERE x.account_id = a.id AND x.accounting_on >= run.since AND x.accounting_on < run.kept_from
        UNION ALL
        SELECT x.amount FROM billing_journalline x, run
        WHERE x.account_id = a.id AND x.accounting_on > run.kept_to AND x.accounting_on <= run.until) open) l ON true
ORDER BY a.code"""
EVER = date.min  # the first day of any books

# What carries a year's result forward, and what takes that back: the sources of their journals.
YEAR_CLOSED, YEAR_REVERSED = "billing.yearclose", "billing.yearclosereversal"
CARRIED = """
SELECT l.account_id, coalesce(sum(l.amount) FILTER (WHERE l.amount > 0), 0),
    coalesce(-sum(l.amount) FILTER (WHERE l.amount < 0), 0)
FROM billing_journal j JOIN billing_journalline l ON l.journal_id = j.id
WHERE j.source = ANY(%s::text[]) AND j.company_id = %s::bigint AND j.accounting_on BETWEEN %s::date AND %s::date
GROUP BY l.account_id"""


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


def company_list(*, user: Any) -> QuerySet[Company]:
    """Companies whose books the reader may see, the oldest first."""
    access = access_of(user).holding(VIEW_LEDGER)
    companies = Company.objects.order_by("pk")
    return companies if access.everywhere else companies.filter(pk__in=access.scopes.get("company", ()))


def account_list(*, user: Any) -> QuerySet[Account]:
    """Accounts of the companies in scope."""
    return Account.objects.visible_to(user).select_related("company", "account_class")


def account_class_list(*, user: Any = None) -> QuerySet[AccountClass]:
    """The classes of accounts, which all companies share, in the order of the statements."""
    return AccountClass.objects.order_by("position", "code")


def line_list(*, user: Any) -> QuerySet[JournalLine]:
    """Journal lines of the companies in scope, newest first, with what their journal is and whom they name."""
    journals = Journal.objects.filter(pk=OuterRef("journal_id"))
    accounts = Account.objects.filter(pk=OuterRef("account_id"))
    return (
        JournalLine.objects.visible_to(user)
        .annotate(
            kind=Subquery(journals.values("kind")[:1]),
            source=Subquery(journals.values("source")[:1]),
            source_id=Subquery(journals.values("source_id")[:1]),
            account=Subquery(accounts.values("code")[:1]),
            currency=Subquery(accounts.values("company__currency")[:1]),
            site=Subquery(Site.objects.filter(pk=OuterRef("site_id")).values("code")[:1]),
            party=Subquery(Party.objects.filter(pk=OuterRef("party_id")).values("name")[:1]),
        )
        .order_by("-pk")
    )


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
    return turnover(company_id=company_id, since=EVER, until=on)


def turnover(*, company_id: int, since: date, until: date) -> list[BalanceRow]:
    """What every account of a company turned over from one day to another, both included; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(TURNOVER, [company_id, since, until])
        return [BalanceRow(*row) for row in cursor.fetchall()]


def results(*, company_id: int, since: date, until: date) -> list[BalanceRow]:
    """`turnover` as a profit and loss account wants it: without what carried a year's result forward."""
    with connection.cursor() as cursor:
        cursor.execute(CARRIED, [[YEAR_CLOSED, YEAR_REVERSED], company_id, since, until])
        carried = {account: (debit, credit) for account, debit, credit in cursor.fetchall()}
    rows = turnover(company_id=company_id, since=since, until=until)
    return [
        replace(
            row, debit=row.debit - carried[row.account_id][0], credit=row.credit - carried[row.account_id][1]
        )
        if row.account_id in carried
        else row
        for row in rows
    ]


def unmapped_list(*, user: Any) -> QuerySet[UnmappedPosting]:
    """Postings that found no account."""
    return UnmappedPosting.objects.visible_to(user).select_related("company", "item_class")


def period_list(*, user: Any) -> QuerySet[AccountingPeriod]:
    """Accounting periods in scope, newest first."""
    return AccountingPeriod.objects.visible_to(user).select_related("company").order_by("-starts_on")
