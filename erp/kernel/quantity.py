"""Exact quantities: rational unit factors, refused when they do not round-trip (design.md 20)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TypeVar

from .errors import DomainError

K = TypeVar("K")

STOCK_STEP = Decimal("0.000001")  # quantities are kept with six decimals
LIMIT = Decimal(10) ** 11


class InexactQuantity(DomainError):
    code = "kernel.inexact_quantity"
    message = "{quantity} {unit} is not a whole number of the smallest {stock_unit} that is kept. Try {nearest} {unit}."
    status = 400


@dataclass(frozen=True, slots=True)
class UnitFactor:
    """One `unit` is numerator/denominator stock units; `decimals` is how fine the unit is counted."""

    unit: str
    numerator: int
    denominator: int
    decimals: int = 0

    @property
    def fraction(self) -> Fraction:
        return Fraction(self.numerator, self.denominator)

    def to_stock(self, entered: Decimal, *, stock_unit: str = "") -> Decimal:
        """`entered` of this unit in the stock unit, six decimals; refuses what would not come back the same."""
        stock = _quantize(Fraction(entered) * self.fraction, STOCK_STEP)
        step = Decimal(1).scaleb(-self.decimals)
        back = _quantize(Fraction(stock) / self.fraction, step)
        if back != entered:
            raise InexactQuantity(
                quantity=entered, unit=self.unit, stock_unit=stock_unit or "stock unit", nearest=back
            )
        return stock

    def from_stock(self, stock: Decimal) -> Decimal:
        """`stock` in this unit, rounded to the unit's decimals."""
        return _quantize(Fraction(stock) / self.fraction, Decimal(1).scaleb(-self.decimals))


def _quantize(value: Fraction, step: Decimal) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(step, rounding=ROUND_HALF_UP)


def sum_by(pairs: Iterable[tuple[K, Decimal]]) -> dict[K, Decimal]:
    """Sums of quantities or amounts by key, in the order the keys first come."""
    total: dict[K, Decimal] = {}
    for key, amount in pairs:
        total[key] = total.get(key, Decimal(0)) + amount
    return total
