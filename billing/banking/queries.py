"""Bank accounts, statements and entries as a reader may see them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from billing.banking.models import BankAccount, BankEntry, BankFile, BankPosting, BankStatement, LearntPayer
from billing.banking.proposing import from_proposed
from billing.banking.reads import TIE_OUT
from billing.receivables.models import OpenItem
from billing.receivables.rules import Application
from erp.kernel.batch import constant

ZERO = Decimal(0)
# Statements between which and the one before something is missing.
DISCONNECTED = Q(before__isnull=False) & ~Q(before=F("opening"))


@dataclass(frozen=True, slots=True)
class TieOut:
    """How an account's balance in the ledger follows from its last statement."""

    account_id: int
    company_id: int
    reference: str | None
    ends_on: date | None
    closing: Decimal
    unposted: Decimal
    waiting: int
    breaks: Decimal  # between statements: what is missing of them
    ledger: Decimal

    @property
    def expected(self) -> Decimal:
        return self.closing - self.unposted - self.breaks

    @property
    def difference(self) -> Decimal:
        return self.ledger - self.expected


def bank_account_list(*, user: Any) -> QuerySet[BankAccount]:
    """Bank accounts in scope."""
    return BankAccount.objects.visible_to(user).select_related("company", "account")


def bank_file_list(*, user: Any) -> QuerySet[BankFile]:
    """Files in scope without their content, newest first."""
    return BankFile.objects.visible_to(user).select_related("company").defer("content").order_by("-pk")


def statement_list(*, user: Any) -> QuerySet[BankStatement]:
    """Statements in scope, each with `before`: what the one before closed with; None for the first."""
    older = (
        BankStatement.objects.filter(account=OuterRef("account"), ends_on__lte=OuterRef("ends_on"))
        .exclude(ends_on=OuterRef("ends_on"), pk__gte=OuterRef("pk"))
        .order_by("-ends_on", "-pk")
        .values("closing")
    )
    rows = BankStatement.objects.visible_to(user).select_related("account", "company", "file")
    return rows.defer("file__content").annotate(before=Subquery(older[:1])).order_by("-ends_on", "-pk")


def break_of(statement: Any) -> Decimal:
    """What is missing between a statement and the one before; zero where they connect."""
    return ZERO if statement.before is None else Decimal(statement.opening - statement.before)


def entry_list(*, user: Any) -> QuerySet[BankEntry]:
    """Entries in scope with what a row shows, newest first."""
    rows = BankEntry.objects.visible_to(user).select_related(
        "statement__account", "customer__party", "company"
    )
    return rows.order_by("-booked_on", "-pk")


def waiting_list(*, user: Any) -> QuerySet[BankEntry]:
    """Entries that are not posted."""
    return entry_list(user=user).filter(state__in=BankEntry.OPEN)


def learnt_list(*, user: Any) -> QuerySet[LearntPayer]:
    """What was learnt of payers, newest first."""
    rows = LearntPayer.objects.visible_to(user).select_related(
        "customer__party", "company", "posting__entry__statement"
    )
    return rows.order_by("-pk")


def postings_of(entry: BankEntry) -> QuerySet[BankPosting]:
    """What an entry was posted as, the present first."""
    return entry.postings.select_related("receipt__customer__party", "account").order_by("-pk")


def proposal_of(entry: BankEntry) -> list[tuple[OpenItem, Application]]:
    """The items that an entry is proposed for, as they are open now."""
    applications = from_proposed(entry.proposed)
    items = OpenItem.objects.select_related("invoice").in_bulk([one.open_item_id for one in applications])
    return [(items[one.open_item_id], one) for one in applications if one.open_item_id in items]


def tie_out(account: BankAccount) -> TieOut:
    """The account's balance in the ledger against its last statement."""
    ((_, *row),) = constant(f"{TIE_OUT} WHERE b.id = %s::bigint", account.pk)
    return TieOut(account.pk, *row)
