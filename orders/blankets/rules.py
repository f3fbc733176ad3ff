"""What may be called off of a blanket order's line. No database, no clock."""

from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from erp.kernel.quantity import STOCK_STEP, UnitFactor

from .errors import CallOffTooSmall, OverCallOff


@dataclass(frozen=True, slots=True)
class Frame:
    """One line of a blanket order as it stands. Figures in the stock unit, but `quantity` and `least`."""

    line_id: int
    line: int
    item_id: int
    code: str
    quantity: Decimal
    unit: str
    least: Decimal
    stock_quantity: Decimal
    tolerated: Decimal
    called: Decimal
    unit_price: Decimal
    supply: str
    factor: UnitFactor

    @property
    def left(self) -> Decimal:
        """What may still be called off, tolerance included."""
        return self.stock_quantity + self.tolerated - self.called

    @property
    def open(self) -> Decimal:
        """What is still committed; nothing when the tolerance is being used."""
        return max(self.stock_quantity - self.called, Decimal(0))

    def used_percent(self, more: Decimal = Decimal(0)) -> Decimal:
        """How much of the commitment is called off, after `more`."""
        return (self.called + more) * 100 / self.stock_quantity

    def refuse(self, number: str, wanted: Decimal) -> Decimal:
        """The stock quantity of a call-off of `wanted` in the line's unit.

        Raises InexactQuantity, OverCallOff, CallOffTooSmall; less than the minimum is taken when it is all that is
        committed still.
        """
        asked = self.factor.to_stock(wanted)
        if asked > self.left:
            raise OverCallOff(
                line=self.line, number=number, left=plain(self.in_unit(self.left)), unit=self.unit, item=self.code,
                wanted=plain(wanted),
            )  # fmt: skip
        if wanted < self.least and asked not in (self.open, self.left):
            raise CallOffTooSmall(
                line=self.line, number=number, least=plain(self.least), unit=self.unit, item=self.code,
                wanted=plain(wanted),
            )  # fmt: skip
        return asked

    def in_unit(self, stock: Decimal) -> Decimal:
        """Whole units of the line that a stock quantity makes."""
        step = Decimal(1).scaleb(-self.factor.decimals)
        exact = stock * self.factor.denominator / self.factor.numerator
        return exact.quantize(step, rounding=ROUND_FLOOR)


def tolerated(stock_quantity: Decimal, percent: Decimal) -> Decimal:
    """What may be called off beyond a commitment, in the stock unit."""
    return (stock_quantity * percent / 100).quantize(STOCK_STEP, rounding=ROUND_HALF_UP)


def plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
