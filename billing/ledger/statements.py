"""Financial statements out of what accounts turned over: pure arithmetic over accounts and their classes (GL06).

A column is the accounts of one company over some days, or of several companies added up. Accounts of different columns
are one line when they have code and name in common.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext as _

from erp.kernel.money import round_money

ZERO = Decimal(0)
RESULT = ("income", "expense")  # kinds of the profit and loss account
# How debit less credit is shown: what adds to a sum of its statement is positive, so an expense is not.
SIDES = {"asset": 1, "liability": -1, "equity": -1, "income": -1, "expense": -1}


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """One account over some days; debit and credit are turnovers in company currency."""

    account_id: int
    code: str
    name: str
    kind: str
    debit: Decimal
    credit: Decimal
    class_id: int | None = None
    is_intercompany: bool = False

    @property
    def balance(self) -> Decimal:
        """Debit less credit."""
        return self.debit - self.credit


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class of accounts, as the statements gather by it."""

    class_id: int | None  # None: accounts of this kind without a class
    name: str
    kind: str
    subtotal: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """An amount, and the account whose lines it adds up where it is one account's."""

    amount: Decimal
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line: an account, the class it belongs to, a sum on the way, or what the statement comes to."""

    kind: Literal["account", "class", "subtotal", "total"]
    label: str
    cells: tuple[Cell, ...]
    code: str = ""

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        return tuple(cell.amount for cell in self.cells)


Column = Sequence[BalanceRow]


def profit_and_loss(columns: Sequence[Column], classes: Sequence[ClassRow]) -> list[StatementLine]:
    """Income positive, expenses negative, so that every sum is the sum of what stands above it."""
    lines: list[StatementLine] = []
    sums = [ZERO] * len(columns)
    for each in [*(c for c in classes if c.kind in RESULT), *_unclassified(RESULT)]:
        found = _gathered(columns, each)
        sums = _added(sums, found)
        lines += found
        if each.subtotal:
            lines.append(_sum("subtotal", each.subtotal, sums))
    lines.append(_sum("total", _("Result"), sums))
    return lines


def balance_sheet(columns: Sequence[Column], classes: Sequence[ClassRow]) -> list[StatementLine]:
    """Assets, then liabilities and equity; what income and expenses have come to and was not carried forward is equity.

    A last line says by how much the two sides differ, where they do.
    """
    lines: list[StatementLine] = []
    totals: dict[str, list[Decimal]] = {}
    for kind, total in (("asset", _("Total assets")), ("liability", _("Total liabilities")), ("equity", "")):
        sums = [ZERO] * len(columns)
        for each in [*(c for c in classes if c.kind == kind), *_unclassified((kind,))]:
            found = _gathered(columns, each)
            sums = _added(sums, found)
            lines += found
        totals[kind] = sums
        if total:
            lines.append(_sum("total", total, sums))
    results = [sum((-row.balance for row in column if row.kind in RESULT), ZERO) for column in columns]
    lines.append(_sum("class", _("Result not carried forward"), results))
    equity = [a + b for a, b in zip(totals["equity"], results, strict=True)]
    lines.append(_sum("total", _("Total equity"), equity))
    others = [a + b for a, b in zip(totals["liability"], equity, strict=True)]
    lines.append(_sum("total", _("Total liabilities and equity"), others))
    differences = [a - b for a, b in zip(totals["asset"], others, strict=True)]
    if any(differences):
        lines.append(_sum("total", _("Difference"), differences))
    return lines


def compared(lines: Iterable[StatementLine]) -> list[StatementLine]:
    """The lines of two columns, now and before, with the change behind them."""
    return [
        replace(line, cells=(*line.cells, Cell(line.cells[0].amount - line.cells[1].amount)))
        for line in lines
    ]


def translated(column: Column, rate: Decimal, currency: str) -> list[BalanceRow]:
    """The accounts in another currency, each balance rounded once."""
    return [
        _with_balance(row, round_money(row.balance * rate, currency)) if row.balance else row
        for row in column
    ]


def eliminations(columns: Iterable[Column]) -> list[BalanceRow]:
    """What takes balances between companies of the house out of a consolidation: each such account against itself."""
    return [
        replace(row, debit=row.credit, credit=row.debit)
        for column in columns
        for row in column
        if row.is_intercompany
    ]


def _with_balance(row: BalanceRow, balance: Decimal) -> BalanceRow:
    return replace(row, debit=max(balance, ZERO), credit=max(-balance, ZERO))


def _unclassified(kinds: Iterable[str]) -> list[ClassRow]:
    names = {
        "asset": _("Other assets"), "liability": _("Other liabilities"), "equity": _("Other equity"),
        "income": _("Other income"), "expense": _("Other expenses"),
    }  # fmt: skip
    return [ClassRow(None, names[kind], kind) for kind in kinds]


def _gathered(columns: Sequence[Column], wanted: ClassRow) -> list[StatementLine]:
    """The class and its accounts that have moved; nothing for a class without any."""
    side = SIDES[wanted.kind]
    amounts: defaultdict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [ZERO] * len(columns))
    owners: defaultdict[tuple[str, str], list[set[int]]] = defaultdict(lambda: [set() for _each in columns])
    for place, column in enumerate(columns):
        for row in column:
            if row.kind == wanted.kind and row.class_id == wanted.class_id and (row.debit or row.credit):
                amounts[row.code, row.name][place] += side * row.balance
                owners[row.code, row.name][place].add(row.account_id)
    if not amounts:
        return []
    accounts = [
        StatementLine(
            "account",
            name,
            tuple(
                Cell(amount, min(ids) if len(ids) == 1 else None)
                for amount, ids in zip(values, owners[code, name], strict=True)
            ),
            code,
        )
        for (code, name), values in sorted(amounts.items())
    ]
    sums = [sum(each, ZERO) for each in zip(*(line.amounts for line in accounts), strict=True)]
    return [_sum("class", wanted.name, sums), *accounts]


def _added(sums: Sequence[Decimal], found: Sequence[StatementLine]) -> list[Decimal]:
    return [a + b for a, b in zip(sums, found[0].amounts, strict=True)] if found else list(sums)


def _sum(
    kind: Literal["account", "class", "subtotal", "total"], label: str, amounts: Sequence[Decimal]
) -> StatementLine:
    return StatementLine(kind, label, tuple(Cell(amount) for amount in amounts))
