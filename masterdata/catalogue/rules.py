"""Offers of suppliers: in which unit to buy, and what a new list changes. No database, no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from typing import Any

from erp.kernel.quantity import UnitFactor


@dataclass(frozen=True, slots=True)
class Offer:
    """On which terms a supplier sells us an item; `cost` is per unit of `factor`, in company currency."""

    item_id: int
    supplier_id: int
    supplier: str
    code: str
    factor: UnitFactor
    cost: Decimal
    lead_time_days: int
    returnable: bool = True

    def units_for(self, stock_quantity: Decimal) -> Decimal:
        """Whole units, as fine as the unit is counted, that cover a quantity in the stock unit."""
        step = Decimal(1).scaleb(-self.factor.decimals)
        exact = Fraction(stock_quantity) / self.factor.fraction
        return (Decimal(exact.numerator) / exact.denominator).quantize(step, rounding=ROUND_CEILING)

    def covers_exactly(self, stock_quantity: Decimal) -> bool:
        """Whether whole units make exactly the quantity: nobody sends a customer more than was asked for."""
        return Fraction(self.units_for(stock_quantity)) * self.factor.fraction == Fraction(stock_quantity)


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """One row of a supplier's list. `lead_time_days` None: the supplier's own; `item_id`: ours, where it is known."""

    code: str
    name: str
    unit: str
    cost: Decimal
    lead_time_days: int | None = None
    returnable: bool = True
    rank: int = 1
    item_id: int | None = None

    @property
    def search(self) -> str:
        return f"{self.code}\n{self.name}".upper()

    @property
    def stored(self) -> list[Any]:
        """As a job keeps it: the cost as text, exactly."""
        return [
            self.code, self.name, self.unit, str(self.cost), self.lead_time_days, self.returnable, self.rank,
            self.item_id,
        ]  # fmt: skip

    @property
    def kept(self) -> dict[str, Any]:
        """What a row of the catalogue says, by column."""
        return {
            "name": self.name, "unit_id": self.unit, "cost": self.cost, "lead_time_days": self.lead_time_days,
            "returnable": self.returnable, "rank": self.rank,
        }  # fmt: skip


def stored_row(stored: Sequence[Any]) -> CatalogueRow:
    """A row as `CatalogueRow.stored` keeps it."""
    code, name, unit, cost, *terms = stored
    return CatalogueRow(code, name, unit, Decimal(cost), *terms)


@dataclass(frozen=True, slots=True)
class Changed:
    """A row that is there and will be otherwise: its id, what it becomes, and the columns that differ with what was."""

    row_id: int
    row: CatalogueRow
    before: Mapping[str, Any]


@dataclass(slots=True)
class Comparison:
    """What a list would change in a supplier's catalogue."""

    new: list[CatalogueRow] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    same: int = 0


def compare(rows: Sequence[CatalogueRow], known: Mapping[str, tuple[int, Mapping[str, Any]]]) -> Comparison:
    """Rows beside what is there, by the supplier's number in capitals. What ours it is stays unless the row says it."""
    found = Comparison()
    for row in rows:
        there = known.get(row.code.upper())
        if there is None:
            found.new.append(row)
            continue
        row_id, kept = there
        wanted = {**row.kept, "item_id": row.item_id or kept["item_id"]}
        before = {name: kept[name] for name, value in wanted.items() if kept[name] != value}
        if before:
            found.changed.append(Changed(row_id, row, before))
        else:
            found.same += 1
    return found


def row_problem(row: CatalogueRow, units: frozenset[str]) -> str:
    """Why a row cannot be taken, in one sentence; empty when it can."""
    if not 1 <= len(row.code) <= 60:
        return "The supplier's number has 1 to 60 characters."
    if not 1 <= len(row.name) <= 200:
        return "The name has 1 to 200 characters."
    if row.unit not in units:
        return f"There is no unit “{row.unit}”."
    if row.cost < 0 or row.cost >= Decimal(10) ** 12:
        return "The cost must not be negative, nor have more than twelve digits."
    if row.lead_time_days is not None and not 0 <= row.lead_time_days <= 999:
        return "The lead time is 0 to 999 days."
    if not 1 <= row.rank <= 99:
        return "The rank is 1 to 99."
    return ""
