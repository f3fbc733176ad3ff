"""The profit and loss account and the balance sheet, of one company or of several consolidated (GL06)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext as _

from billing.ledger.errors import RateMissing
from billing.ledger.models import AccountClass
from billing.ledger.queries import EVER, results, turnover
from billing.ledger.rules import days_before, month_before, year_before
from billing.ledger.statements import (
    ZERO,
    BalanceRow,
    ClassRow,
    Column,
    StatementLine,
    balance_sheet,
    compared,
    eliminations,
    profit_and_loss,
    translated,
)
from masterdata.models import Company

Kind = Literal["profit_and_loss", "balance_sheet"]
Compare = Literal["", "before", "year"]
FIGURES = {"profit_and_loss": results, "balance_sheet": turnover}
MAKERS = {"profit_and_loss": profit_and_loss, "balance_sheet": balance_sheet}


@dataclass(frozen=True, slots=True)
class ColumnHead:
    """What a column holds; one of a company's own days leads to the lines behind its amounts."""

    label: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as pages, files and programs show it, in one currency."""

    currency: str
    heads: tuple[ColumnHead, ...]
    lines: list[StatementLine]
    is_consolidated: bool = False
    # What accounts marked as intercompany come to together: zero when each company has booked its side.
    not_eliminated: Decimal = ZERO
    rates: tuple[tuple[str, Decimal], ...] = ()


def company_statement(
    kind: Kind, company: Company, *, since: date | None, until: date, compare: Compare = ""
) -> Statement:
    """A company's statement, compared with other days of it where asked; a balance sheet has no first day."""
    days = [(since, until)]
    if compare:
        days.append(_compared_days(compare, since, until))
    columns = [_column(kind, company, *each) for each in days]
    lines = MAKERS[kind](columns, _classes())
    heads = [ColumnHead(_("Now"), *days[0])]
    if compare:
        lines = compared(lines)
        heads += [ColumnHead(_("Before"), *days[1]), ColumnHead(_("Change"))]
    return Statement(company.currency, tuple(heads), lines)


def consolidated_statement(
    kind: Kind,
    companies: Sequence[Company],
    *,
    since: date | None,
    until: date,
    rates: Mapping[str, Decimal],
) -> Statement:
    """The companies side by side, what is eliminated between them, and all in one.

    In the first company's currency: `rates` says how much of it one unit of each other currency is. Raises RateMissing.
    """
    currency = companies[0].currency
    columns: list[Column] = []
    used: dict[str, Decimal] = {}
    for company in companies:
        column = _column(kind, company, since, until)
        if company.currency != currency:
            if company.currency not in rates:
                raise RateMissing(currency=company.currency, into=currency)
            used[company.currency] = rates[company.currency]
            column = translated(column, rates[company.currency], currency)
        columns.append(column)
    between = eliminations(columns)
    whole = [row for column in (*columns, between) for row in column]
    return Statement(
        currency,
        (
            *(ColumnHead(company.code, since, until) for company in companies),
            ColumnHead(_("Eliminations")),
            ColumnHead(_("Consolidated")),
        ),
        MAKERS[kind]([*columns, between, whole], _classes()),
        is_consolidated=True,
        not_eliminated=-sum((row.balance for row in between), ZERO),
        rates=tuple(used.items()),
    )


def _column(kind: Kind, company: Company, since: date | None, until: date) -> list[BalanceRow]:
    return FIGURES[kind](company_id=company.pk, since=since or EVER, until=until)


def _classes() -> list[ClassRow]:
    return [
        ClassRow(each.pk, each.name, each.kind, each.subtotal)
        for each in AccountClass.objects.order_by("position", "code")
    ]


def _compared_days(compare: Compare, since: date | None, until: date) -> tuple[date | None, date]:
    if compare == "year":
        return since and year_before(since), year_before(until)
    return days_before(since, until) if since else (None, month_before(until))
